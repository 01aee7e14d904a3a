import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Resident memory of a process in bytes; null when it is gone or cannot be told. Linux tells it in `status` in kB
 * whatever the page size is (`statm` counts pages, of 4 to 64 kB), and reading it takes no lock of the process, so a
 * stopped or swapping one answers too.
 */
export async function residentBytes(processId: number): Promise<number | null> {
  return process.platform === 'linux' ? residentOnLinux(processId) : residentByPs(processId);
}

/** Synchronous on purpose: procfs does not touch a disk, and a busy thread pool must not delay the watch. */
function residentOnLinux(processId: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}

function residentByPs(processId: number): Promise<number | null> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(processId)], (error, stdout) => {
      const kilobytes = Number.parseInt(stdout, 10);
      resolve(error !== null || Number.isNaN(kilobytes) ? null : kilobytes * 1024);
    });
  });
}
