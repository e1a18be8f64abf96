import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** `{ passed, failed, skipped }` of a report by vitest's JSON reporter; null stands for a run that wrote none. */
export function totalsOfReport(report, exitCode) {
  const totals = { passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0, skipped: 0 };
  totals.skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  // A file that cannot be loaded has no tests to fail, and must not vanish from the sum.
  const brokenFiles = (report?.testResults ?? []).filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  totals.failed += brokenFiles.length;
  // An error outside any test, a crash: vitest says so by its exit code alone.
  if (exitCode !== 0 && totals.failed === 0) totals.failed = 1;
  return totals;
}

/** One line for each failed test and broken file of a report, `FAILED file > test: what it said`, so that the end of a long log tells. */
export function failureLines(report, root) {
  return (report?.testResults ?? []).flatMap((file) => {
    const name = relative(root, file.name);
    if (file.status === "failed" && file.assertionResults.length === 0) return [failureLine(name, file.message)];
    const failed = file.assertionResults.filter((test) => test.status === "failed");
    return failed.map((test) => failureLine(`${name} > ${test.fullName}`, test.failureMessages?.join("\n")));
  });
}

function failureLine(name, message) {
  const words = stripVTControlCharacters(message ?? "")
    .replace(/\s+/gu, " ")
    .trim();
  return `FAILED ${name}: ${words.slice(0, 600) || "no message"}`;
}

export function addTotals(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The last line of a test run: `N passed, N failed`, with `, N skipped` when any was. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
