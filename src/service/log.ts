/** Logs for machines: pino on stderr, with run, job and partition as fields. Never a value of the data. */
import { type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * `level` silent, error, warn, info or debug. One JSON object a line. `onMessage` gets the message of each line that the
 * level lets through, of child logs too.
 */
export function openLog(
  level: string,
  fields: Readonly<Record<string, string>>,
  onMessage: (message: string) => void = () => {},
): Log {
  return pino(
    {
      level,
      base: { ...fields },
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: {
        logMethod(args, method) {
          const message = args.find((part) => typeof part === 'string');
          if (typeof message === 'string') onMessage(message);
          method.apply(this, args);
        },
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
