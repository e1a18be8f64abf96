import { readFileSync } from "node:fs";
import { Tiktoken } from "js-tiktoken/lite";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import { describe, expect, it } from "vitest";
import { countTokens } from "./token-count.ts";

const encoders = [new Tiktoken(o200k), new Tiktoken(cl100k)];
const own = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8").slice(0, 20_000);
const bytes = Array.from({ length: 1_500 }, (_, index) => (index * index * 31 + index * 17) % 251);

const texts: Readonly<Record<string, string>> = {
  code: own("src/session/session.ts"),
  prose: own("README.md"),
  "a lock file": own("package-lock.json"),
  "minified code": own("src/session/session.ts").replaceAll(/\s+/g, ""),
  Chinese: "数据库连接池在高并发下会耗尽。请检查最大连接数的配置，并在超时之后重试。".repeat(20),
  Japanese: "データベース接続プールが枯渇しました。設定を確認してください。".repeat(20),
  Korean: "데이터베이스 연결 풀이 고갈되었습니다. 설정을 확인하세요. ".repeat(20),
  Arabic: "يتم التحقق من كلمة المرور عند تسجيل دخول المستخدم. ".repeat(20),
  Hindi: "डेटाबेस कनेक्शन पूल समाप्त हो गया है। ".repeat(20),
  Russian: "Пул соединений с базой данных исчерпан при высокой нагрузке. ".repeat(20),
  Greek: "Η βάση δεδομένων δεν είναι διαθέσιμη αυτή τη στιγμή. ".repeat(20),
  German: "Die Zugriffsberechtigungsprüfung für Benutzerkonten schlägt fehl. ".repeat(20),
  emoji: "👍🏽🎉 🚀🔥 ✅ 👩‍💻 ".repeat(30),
  base64: Buffer.from(bytes).toString("base64"),
  hex: Buffer.from(bytes).toString("hex"),
  numbers: Array.from(
    { length: 200 },
    (_, row) => `${row},${(row * 7919) % 10_007}.${row % 97},2026-11-0${row % 9}`,
  ).join("\n"),
  marks: "!a@b#c$d%e^f&g*(h)_+{}|:<>?".repeat(30),
};

describe("countTokens", () => {
  it.each(Object.entries(texts))(
    "counts %s not below what two tokenisers count, and at most half too many",
    (_, text) => {
      const real = Math.max(...encoders.map((encoder) => encoder.encode(text, [], []).length));
      expect(countTokens(text)).toBeGreaterThanOrEqual(real);
      expect(countTokens(text)).toBeLessThan(real * 1.5);
    },
  );

  it("takes time in proportion to the text", () => {
    expect(countTokens(" ".repeat(200_000))).toBeLessThan(10_000);
    expect(countTokens("\n".repeat(200_000))).toBeGreaterThan(1_000);
    expect(countTokens("a1".repeat(100_000))).toBeGreaterThan(50_000);
  });
});
