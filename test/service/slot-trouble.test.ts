import { expect, test } from 'vitest';
import { OperatingError } from '../../src/core/operating-error.ts';
import { slotTrouble } from '../../src/service/slot-trouble.ts';

const FOLDER = '/store/reports/2026-11-20T05';

function operating(code: string, subject: string): OperatingError {
  return new OperatingError(4, { code, subject, message: 'no' });
}

function told(error: unknown): { counts: boolean; message: string } {
  const { trouble, counts } = slotTrouble('2026-11-20T05', FOLDER, error);
  expect(trouble).toMatchObject({ exitCode: 4, code: 'slot_not_analysed' });
  return { counts, message: trouble.troubles[0]?.message ?? '' };
}

test('trouble of the machine is told and counts against no slot', () => {
  expect(told(operating('disk_full', '/store'))).toEqual({ counts: false, message: '/store: no [disk_full]' });
  expect(told(operating('mismatch_log_unreadable', '/log/a')).counts).toBe(false);
  const system = Object.assign(new Error('x'), { code: 'ENOSPC', syscall: 'write', path: '/store/spill' });
  expect(told(system)).toEqual({
    counts: false,
    message: '/store/spill: no space left on the disk (ENOSPC) [disk_full]',
  });
});

test('what stands in the own folder of a slot, and what is not known to pass, counts', () => {
  expect(told(operating('store_not_writable', `${FOLDER}/report.json`)).counts).toBe(true);
  expect(told(operating('catalog_corrupt', '/store/catalog.db')).counts).toBe(true);
});

test('a bug counts, and its message, which may hold values of the data, is not told', () => {
  const { counts, message } = told(new TypeError('secret@example.org is no number'));
  expect(counts).toBe(true);
  expect(message).toContain('TypeError');
  expect(message).not.toContain('secret');
});
