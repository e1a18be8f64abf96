const list =
  "a about above after again all also am an and any are as at be because been before being below between both but by can cannot " +
  "could did do does doing done down during each few from further had has have having he her here hers him his how i if in into " +
  "is it its itself just like me more most my myself no nor not of off on once only or other our ours out over own please same " +
  "she should show so some such tell than that the their theirs them then there these they this those through to too under " +
  "until up us used uses using very want was way we were what when where which while who whom why will with within without " +
  "would you your yours for find";

/** English words that say nothing in a question. Dropped from queries only, never from the index. */
export const stopWords: ReadonlySet<string> = new Set(list.split(" "));
