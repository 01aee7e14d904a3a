import { openDuckdb } from '../../src/engine/duckdb.ts';
import type { Engine } from '../../src/engine/engine.ts';

/** An engine that may read these files, and write below a folder. */
export async function withEngineIn<T>(
  folder: string | null,
  work: (engine: Engine) => Promise<T>,
  files: readonly string[] = [],
): Promise<T> {
  const engine = await openDuckdb({ files, spill: folder, threads: 1, memory_bytes: null });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
