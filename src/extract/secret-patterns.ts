/**
 * A key or token that is known by how it looks. The facts (prefixes, lengths, alphabets) are those that the services publish and that
 * gitleaks (MIT, config/gitleaks.toml) collects.
 */
export interface SecretPattern {
  readonly label: string;
  /** Sticky. What it matches is the secret. */
  readonly pattern: RegExp;
  /** Words and base64 hold such a beginning too: it counts only where a word begins, before what looks drawn. */
  readonly isShort?: boolean;
}

interface PrefixedPattern extends SecretPattern {
  /** The first two characters that a match may have. */
  readonly heads: readonly string[];
}

const prefixed = (label: string, heads: string, pattern: RegExp): PrefixedPattern => ({
  label,
  heads: heads.split(" "),
  pattern,
});

const short = (label: string, heads: string, pattern: RegExp): PrefixedPattern => ({
  ...prefixed(label, heads, pattern),
  isShort: true,
});

/** Where the secret itself begins with something that no other text begins with. */
const prefixedPatterns: readonly PrefixedPattern[] = [
  prefixed("AWS access key", "AK AS AB AC A3", /(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/y),
  prefixed("Google API key", "AI", /AIza[\w-]{35}/y),
  prefixed("Google OAuth secret", "GO", /GOCSPX-[\w-]{28}/y),
  prefixed("GitHub token", "gh", /gh[pousr]_[A-Za-z0-9]{36,255}/y),
  prefixed("GitHub token", "gi", /github_pat_\w{50,255}/y),
  prefixed("GitLab token", "gl", /gl(?:pat|dt|rt|ft|soat|cbt|ptt|agent|imt|ffct|oas)-[\w-]{20,300}/y),
  prefixed("Slack token", "xo", /xox[abeoprs]-[A-Za-z0-9-]{18,250}/y),
  prefixed("Slack token", "xa", /xapp-\d-[A-Za-z0-9-]{18,250}/y),
  prefixed("Stripe key", "sk rk", /[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,247}/y),
  prefixed("Stripe webhook secret", "wh", /whsec_[A-Za-z0-9+/=]{32,}/y),
  short("Twilio key", "SK", /SK[0-9a-f]{32}(?!\w)/y),
  prefixed("Anthropic key", "sk", /sk-ant-(?:api|admin|oat|sid)\d\d-[\w-]{24,}/y),
  prefixed("OpenRouter key", "sk", /sk-or-v1-[0-9a-f]{64}/y),
  prefixed("OpenAI key", "sk", /sk-(?:(?:proj|svcacct|admin|None)-[\w-]{20,}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})/y),
  short("OpenAI key", "sk", /sk-[A-Za-z0-9]{32,64}(?![\w-])/y),
  prefixed("Hugging Face token", "hf ap", /(?:hf_|api_org_)[A-Za-z0-9]{30,40}(?!\w)/y),
  prefixed("Groq key", "gs", /gsk_[A-Za-z0-9]{52}/y),
  prefixed("xAI key", "xa", /xai-[A-Za-z0-9]{70,90}/y),
  short("Replicate token", "r8", /r8_[A-Za-z0-9]{37}/y),
  prefixed("Perplexity key", "pp", /pplx-[A-Za-z0-9]{48}/y),
  prefixed("npm token", "np", /npm_[A-Za-z0-9]{36}/y),
  prefixed("PyPI token", "py", /pypi-AgEIcHlwaS5vcmc[\w-]{50,}/y),
  prefixed("RubyGems key", "ru", /rubygems_[0-9a-f]{48}/y),
  prefixed("Docker token", "dc", /dckr_[po]at_[\w-]{27,40}/y),
  prefixed("DigitalOcean token", "do", /do[opr]_v1_[0-9a-f]{64}/y),
  prefixed("Shopify token", "sh", /shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/y),
  prefixed("Square token", "sq", /sq0(?:atp|csp|idp)-[\w-]{22,43}/y),
  short("Square token", "EA", /EAAA[\w-]{60}(?![\w-])/y),
  prefixed("Databricks token", "da", /dapi[0-9a-f]{32}(?!\w)/y),
  prefixed("Linear key", "li", /lin_api_[A-Za-z0-9]{40}/y),
  prefixed("Notion token", "nt", /ntn_[A-Za-z0-9]{40,50}/y),
  prefixed("Notion token", "se", /secret_(?=[A-Za-z]{0,42}\d)[A-Za-z0-9]{43}(?![\w-])/y),
  prefixed("Figma token", "fi", /figd_[\w-]{38,}/y),
  prefixed("Grafana token", "gl", /gl(?:sa_[A-Za-z0-9]{32}_[0-9a-f]{8}|c_[A-Za-z0-9+/=]{32,})/y),
  prefixed("New Relic key", "NR", /NRAK-[A-Z0-9]{27}/y),
  prefixed("Postman key", "PM", /PMAK-[0-9a-f]{24}-[0-9a-f]{34}/y),
  prefixed("Pulumi token", "pu", /pul-[0-9a-f]{40}/y),
  prefixed("Sentry token", "sn", /sntry[su]_[\w+/=-]{60,}/y),
  prefixed("Supabase token", "sb", /sb(?:p_[0-9a-f]{40}|_secret_[\w-]{20,})/y),
  prefixed("Atlassian token", "AT", /AT[AC]TT3[\w=-]{100,}/y),
  prefixed("Bitbucket password", "AT", /ATBB[A-Za-z0-9]{32}(?![A-Za-z0-9])/y),
  prefixed("Artifactory key", "AK", /AKCp[A-Za-z0-9]{69,73}(?![A-Za-z0-9])/y),
  prefixed("Artifactory token", "cm", /cmVmd[A-Za-z0-9]{59}(?![A-Za-z0-9])/y),
  short("Facebook token", "EA", /EAA[A-Za-z0-9]{90,400}(?![\w-])/y),
  prefixed("Fly.io token", "fo", /fo1_[\w-]{43}/y),
  prefixed("GitLab token", "GR", /GR1348941[\w-]{20}/y),
  prefixed("Heroku key", "HR", /HRKU-[\w-]{36,65}/y),
  prefixed("Resend key", "re", /re_(?=[A-Za-z_]{0,32}\d)[A-Za-z0-9]{8}_[A-Za-z0-9]{24}(?![\w-])/y),
  short("NuGet key", "oy", /oy2[a-z0-9]{43}(?![\w-])/y),
  short("crates.io token", "ci", /cio[A-Za-z0-9]{32}(?![\w-])/y),
  prefixed("Netlify token", "nf", /nfp_[A-Za-z0-9]{36,40}/y),
  prefixed("Pinecone key", "pc", /pcsk_\w{50,100}/y),
  prefixed("PlanetScale token", "ps", /pscale_(?:tkn|pw|oauth)_[\w=.-]{32,64}/y),
  prefixed("Tailscale key", "ts", /tskey-[a-z]+-[\w-]{16,}/y),
  prefixed("age key", "AG", /AGE-SECRET-KEY-1[A-Z0-9]{58}/y),
  short("Mailgun key", "ke", /key-[0-9a-f]{32}(?!\w)/y),
  short("Discord token", "MT MD MN MZ MG Nz OD OT ND", /[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])/y),
];

/** Where what stands before a run of characters makes it a secret. */
const precededPatterns: readonly SecretPattern[] = [
  { label: "SendGrid key", pattern: /(?<=SG\.)[\w-]{22}\.[\w-]{43}/y },
  { label: "Vault token", pattern: /(?<=hv[bs]\.)[\w-]{24,}/y, isShort: true },
  { label: "Google access token", pattern: /(?<=ya29\.)[\w-]{20,}/y, isShort: true },
  { label: "Doppler token", pattern: /(?<=dp\.[a-z]{2,6}\.)[A-Za-z0-9]{40,44}/y },
  { label: "Airtable token", pattern: /(?<=pat[A-Za-z0-9]{14}\.)[0-9a-f]{64}(?!\w)/y },
  { label: "Dropbox token", pattern: /(?<=sl\.(?:u\.)?)[\w-]{120,}={0,2}/y, isShort: true },
  { label: "Dynatrace token", pattern: /(?<=dt0[a-z]\d\d\.)[A-Z0-9]{24}\.[A-Z0-9]{64}/y },
  { label: "Terraform token", pattern: /(?<=[A-Za-z0-9]{14}\.atlasv1\.)[\w=-]{60,70}/y },
  { label: "Facebook token", pattern: /(?<=\d{13,17}\|)[\w-]{27}(?![\w-])/y, isShort: true },
  {
    label: "Slack webhook",
    pattern:
      /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Z0-9]{1,16}\/[A-Z0-9]{1,16}\/)[A-Za-z0-9]{18,46}/y,
  },
  { label: "Discord webhook", pattern: /(?<=\/api\/webhooks\/\d{17,20}\/)[\w-]{60,80}/y },
  { label: "Telegram token", pattern: /(?<=(?<!\d)\d{8,10}:)A[\w-]{34}(?![\w-])/y },
  { label: "Azure client secret", pattern: /(?<=[\w.~-]{3}\dQ~)[\w.~-]{31,34}(?![\w.~-])/y },
  { label: "bearer token", pattern: /(?<=\b[Bb]earer )[\w.~+/-]{20,}={0,2}/y, isShort: true },
  { label: "basic credentials", pattern: /(?<=\bAuthorization["']?\s?[:=,]\s?["'`]?Basic )[\w+/-]{18,}={0,2}/y },
];

export interface SecretTable {
  /** Whether a pattern's match may begin with these two characters. */
  mayBegin(first: number, second: number): boolean;
  /** The patterns that may match at a place, by the characters that follow. */
  beginningAt(text: string, start: number): readonly SecretPattern[];
  /** The patterns that may match where a run begins, by the character before it. */
  after(text: string, start: number): readonly SecretPattern[];
}

const before = new Set([".", "/", ":", "~", " ", "|"]);
const none: readonly SecretPattern[] = [];
// Heads are ASCII, so that two characters fit into one index.
const asciiBits = 7;

// Made with the first text that needs it: facts are many short texts, and making it takes longer than reading one of them.
let madeTable: SecretTable | null = null;

export function secretTable(): SecretTable {
  return (madeTable ??= createSecretTable());
}

function createSecretTable(): SecretTable {
  const byHead = new Map<string, SecretPattern[]>();
  const isHead = new Uint8Array(1 << (2 * asciiBits));
  for (const { heads, ...pattern } of prefixedPatterns) {
    for (const head of heads) {
      byHead.set(head, [...(byHead.get(head) ?? []), pattern]);
      isHead[(head.charCodeAt(0) << asciiBits) | head.charCodeAt(1)] = 1;
    }
  }
  return {
    mayBegin: (first, second) => isHead[(first << asciiBits) | second] === 1,
    beginningAt: (text, start) => byHead.get(text.slice(start, start + 2)) ?? none,
    after: (text, start) => {
      const previous = text.charAt(start - 1);
      if (!before.has(previous)) return none;
      // After a space only "Bearer " and "Basic " count; most words follow one.
      return previous === " " && !/[rc]/.test(text.charAt(start - 2)) ? none : precededPatterns;
    },
  };
}
