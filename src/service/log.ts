/** Logs for machines: pino on stderr, with run, job and partition as fields. Never a value of the data. */
import { type Logger, pino } from 'pino';

export type Log = Logger;

/** `level` silent, error, warn, info or debug. One JSON object a line. */
export function openLog(level: string, fields: Readonly<Record<string, string>>): Log {
  return pino(
    { level, base: { ...fields }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );
}
