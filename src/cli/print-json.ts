import { escapeUnseen } from '../report/render.ts';
import type { Terminal } from './terminal.ts';

/** Prints a value as one line of JSON with nothing unseen in it: what stands in data neither acts on a terminal nor hides. */
export function printJson(terminal: Terminal, value: unknown): void {
  printJsonText(terminal, JSON.stringify(value));
}

/** The same for JSON that was put together by hand. */
export function printJsonText(terminal: Terminal, json: string): void {
  terminal.print(escapeUnseen(json));
}
