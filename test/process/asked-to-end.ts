/** A command that was asked to end and takes its time; run as a process of its own. */
import { endOnSignals, untilTerminated } from '../../src/cli/endings.ts';

endOnSignals();
setInterval(() => {}, 1000);
process.stdout.write('started\n');
await untilTerminated();
process.stdout.write('asked\n');
