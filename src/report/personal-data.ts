/**
 * Recognises e-mail addresses, phone numbers and payment card numbers in text.
 *
 * The patterns stay away from what tables are full of: dates, timestamps, plain integers. A phone number needs a plus,
 * brackets or the usual groups, a card number needs an issuer's first digits and its check digit, or every column of
 * ten-digit ids would be taken for personal. All repetitions are bounded: the text may be hostile.
 */

const EMAIL = String.raw`[\p{L}\p{M}\p{N}._%+'-]{1,64}(?:@|%40)(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}[\p{L}\p{N}-]{1,23}`;

const PHONES = [
  // A signed number with a unit of time is an offset, not a phone number.
  String.raw`(?<![\p{L}\p{N}_.])\+\d(?:[ .()/-]{0,2}\d){7,14}(?![\p{L}\p{N}_]|\.\d| ?(?:[mµun]?s|sec\w{0,5}|min\w{0,5}|milli\w{0,10}|micro\w{0,10}|nano\w{0,10})\b)`,
  String.raw`(?<![\p{L}\p{N}_.])\(\d{2,5}\)[ .-]?\d(?:[ .-]?\d){4,9}(?![\p{L}\p{N}_])`,
  String.raw`(?<![\p{L}\p{N}_.-])\d{3}[ .-]\d{3}[ .-]\d{4}(?![\p{L}\p{N}_-]|\.\d)`,
  String.raw`(?<![\p{L}\p{N}_.:-])0\d{1,4}[ -]\d(?: ?\d){4,9}(?![\p{L}\p{N}_:.-])`,
];

const CARD = String.raw`(?<![\p{L}\p{N}_.])\d(?:[ -]?\d){12,18}(?![\p{L}\p{N}_]|\.\d)`;

/** Candidates for personal data, as alternatives of one pattern for the flags `iu`; `isPersonal` decides. */
export const PERSONAL_PATTERN = [EMAIL, ...PHONES, CARD].join('|');

const personal = new RegExp(PERSONAL_PATTERN, 'giu');
const phoneOrEmail = new RegExp(`^(?:${[EMAIL, ...PHONES].join('|')})$`, 'iu');

/** Whether a text that `PERSONAL_PATTERN` matched is what it looks like: a card number must pass its check. */
export function isPersonal(candidate: string): boolean {
  return phoneOrEmail.test(candidate) || isCardNumber(candidate);
}

/** Whether an address or number stands anywhere in the text. */
export function holdsPersonalData(text: string): boolean {
  return [...text.matchAll(personal)].some(([candidate]) => isPersonal(candidate));
}

const ISSUERS =
  /^(?:4\d{12}|4\d{15}|4\d{18}|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0|6|8)\d{12}|(?:35|6011|64|65)\d{12,17})$/;

/** By issuer, length and Luhn's check digit. */
export function isCardNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (!ISSUERS.test(digits) || digits.length > 19) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
