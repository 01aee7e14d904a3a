/** What it means for a slot that its analysis threw. Pure. */
import { OperatingError, type Trouble } from '../core/operating-error.ts';
import { EXIT_CODES } from '../core/outcome.ts';
import { fileTrouble } from '../store/store-trouble.ts';

/** Trouble of the machine, which passes once somebody has repaired it: told on every run, but no reason to give a slot up. */
const PASSING = new Set([
  'disk_full',
  'disk_error',
  'too_many_open_files',
  'store_not_writable',
  'catalog_locked',
  'catalog_not_writable',
  'worker_not_started',
  'mismatch_log_unreadable',
]);

export interface SlotTrouble {
  readonly trouble: OperatingError;
  /** Whether it counts as a failed try of the slot: what stands in the slot's own folder is no trouble of the machine. */
  readonly counts: boolean;
}

/**
 * The trouble of one slot as it is told. The message of an error that is no operating error may hold values of the data:
 * only its name is told.
 */
export function slotTrouble(slot_id: string, folder: string, error: unknown): SlotTrouble {
  const operating = error instanceof OperatingError ? error : fileTrouble(error, pathOf(error) ?? folder);
  const cause =
    operating === null
      ? `shadowcheck failed (${error instanceof Error ? error.name : typeof error}); that is a bug, please report it`
      : operating.troubles.map(({ subject, message, code }) => `${subject}: ${message} [${code}]`).join('; ');
  const trouble = new OperatingError(
    EXIT_CODES.infrastructure,
    {
      code: 'slot_not_analysed',
      subject: `slot ${slot_id}`,
      message: cause,
      hint: 'the next run tries it again; the other slots were not held up',
    },
    { cause: error },
  );
  const passes = ({ code, subject }: Trouble): boolean => PASSING.has(code) && !subject.startsWith(folder);
  return { trouble, counts: operating === null || !operating.troubles.every(passes) };
}

function pathOf(error: unknown): string | null {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : null;
}
