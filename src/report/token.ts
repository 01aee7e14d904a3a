/** Tokens that stand for sensitive values: equal values have equal tokens, and nobody without the key can try values out. */
import { createHmac } from 'node:crypto';
import { characterCount } from './visible.ts';

const CLASS = '(?:letters|digits|spaces|@|signs)';

/** Shape of a token, for telling it from a value; not anchored. Narrow, so that no value can hide in something like it. */
export const TOKEN_PATTERN = String.raw`tok_[0-9a-f]{10} \(\d{1,12} chars?(?:, ${CLASS}(?:\+${CLASS}){0,4})?\)`;

const WHOLE_TOKEN = new RegExp(`^${TOKEN_PATTERN}$`);

export function isToken(text: string): boolean {
  return WHOLE_TOKEN.test(text);
}

/** Makes tokens under a key in hexadecimal: `tok_9f2c71aa04 (14 chars, letters+digits+@)`. */
export function tokenMaker(key: string): (value: string) => string {
  const bytes = Buffer.from(key, 'hex');
  // Buffer.from stops silently at the first character that is no hexadecimal digit: a bad key must not become an empty one.
  if (bytes.length === 0 || bytes.length * 2 !== key.length) throw new Error('the token key is not hexadecimal');
  const known = new Map<string, string>();
  return (value) => {
    const earlier = known.get(value);
    if (earlier !== undefined) return earlier;
    // Lone surrogates would all become one replacement character in UTF-8, and two values one token.
    const digest = createHmac('sha256', bytes).update(Buffer.from(value, 'utf16le')).digest('hex');
    const token = `tok_${digest.slice(0, 10)} (${shapeOf(value)})`;
    known.set(value, token);
    return token;
  };
}

const CLASSES: readonly (readonly [string, RegExp])[] = [
  ['letters', /\p{L}/u],
  ['digits', /\p{N}/u],
  ['spaces', /\s/],
  ['@', /@/],
  ['signs', /[^\p{L}\p{M}\p{N}\s@]/u],
];

/** Length and classes of characters: enough to see that something was cut or padded, not what it was. */
function shapeOf(value: string): string {
  const count = characterCount(value);
  const classes = CLASSES.filter(([, pattern]) => pattern.test(value)).map(([name]) => name);
  return [`${count} ${count === 1 ? 'char' : 'chars'}`, ...(classes.length > 0 ? [classes.join('+')] : [])].join(', ');
}
