/** A command that was asked to end and takes its time; run as a process of its own. */
import { endOnSignals, untilTerminated } from '../../src/cli/endings.ts';

endOnSignals();
setInterval(() => {}, 1000);
process.stdout.write('started\n');
// What arrives now is only told once the loop turns, when somebody else listens already.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
await untilTerminated();
process.stdout.write('asked\n');
