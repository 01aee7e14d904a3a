/** Which parts of which logs are known, and how far in a growing file they reach. */
import { z } from 'zod';
import { query } from '../sql/query-file.ts';
import { ident } from '../sql/sql.ts';
import type { Database } from './database.ts';

/** Which growing file this is: `device:inode`, how often another file took that place, hashes of its start and of what stands before an offset. */
export interface FileIdentity {
  readonly device_inode: string;
  readonly generation: number;
  readonly head_hash: string;
  readonly tail_hash: string;
}

/** A piece of a mismatch log that is read as a whole: a Parquet file, or the complete lines between two offsets. */
export interface LogSegment {
  readonly id: string;
  /** The log's location, as configured. */
  readonly log: string;
  /** Absolute. */
  readonly path: string;
  readonly kind: 'parquet' | 'jsonl';
  /** Bytes; null for Parquet. */
  readonly from_offset: number | null;
  readonly to_offset: number | null;
  /** `2026-11-20T05`, UTC. */
  readonly hour: string;
  /** Null for Parquet. The tail hash is of what stands before `to_offset`. */
  readonly file: FileIdentity | null;
}

/** How far in a growing file its lines are known. The tail hash is of what stands before the offset. */
export interface Watermark extends FileIdentity {
  readonly offset_bytes: number;
}

/** Who knows how far the growing files are known: the catalog. */
export interface WatermarkLookup {
  jsonlWatermark(device_inode: string): Watermark | null;
}

/** Who knows which pieces of a log have been recorded: the catalog. */
export interface SegmentLookup extends WatermarkLookup {
  isSegmentKnown(id: string): boolean;
}

export interface LogSegments extends SegmentLookup {
  /**
   * Keeps segments that are not known yet and moves the watermarks of their files; returns how many were new. A part
   * of a growing file that does not begin where the last one ended is left out: another process was first.
   */
  recordSegments(segments: readonly LogSegment[]): number;
  /** Segments that no slot has claimed, by hour, then id. */
  unassignedSegments(): LogSegment[];
}

/** A row of `log_segment` as a segment. */
export const segmentRow = z
  .object({
    id: z.string(),
    log: z.string(),
    path: z.string(),
    kind: z.enum(['parquet', 'jsonl']),
    from_offset: z.int().nullable(),
    to_offset: z.int().nullable(),
    hour: z.string(),
    device_inode: z.string().nullable(),
    generation: z.int().nullable(),
    head_hash: z.string().nullable(),
    tail_hash: z.string().nullable(),
  })
  .transform(({ device_inode, generation, head_hash, tail_hash, ...segment }): LogSegment => {
    const isWhole = device_inode === null || generation === null || head_hash === null || tail_hash === null;
    return { ...segment, file: isWhole ? null : { device_inode, generation, head_hash, tail_hash } };
  });

const idRow = z.object({ id: z.string() });

const watermarkRow = z.object({
  device_inode: z.string(),
  generation: z.int(),
  offset_bytes: z.int(),
  head_hash: z.string(),
  tail_hash: z.string(),
});

export interface Watermarks {
  readonly read: WatermarkLookup['jsonlWatermark'];
  readonly write: (watermark: Watermark) => void;
}

/** Mismatch logs and landing logs have their own watermarks: a file may stand in both by mistake. */
export function watermarksIn(database: Database, table: 'watermark' | 'told_watermark'): Watermarks {
  const structure = { table: ident(table) };
  return {
    read: (device_inode) => database.one(watermarkRow, query('store/watermark-read', structure, { device_inode })),
    write: (watermark) => void database.run(query('store/watermark-write', structure, { ...watermark })),
  };
}

export function logSegmentsIn(database: Database): LogSegments {
  const watermarks = watermarksIn(database, 'watermark');

  function record(segment: LogSegment): number {
    const { file, ...columns } = segment;
    if (file !== null && !continues(segment, watermarks.read(file.device_inode))) return 0;
    const identity = file ?? { device_inode: null, generation: null, head_hash: null, tail_hash: null };
    const inserted = database.run(query('store/segment-insert', {}, { ...columns, ...identity }));
    if (file !== null && segment.to_offset !== null) {
      watermarks.write({ ...file, offset_bytes: segment.to_offset });
    }
    return inserted;
  }

  return {
    recordSegments: (segments) =>
      database.transaction(() => segments.reduce((recorded, segment) => recorded + record(segment), 0)),
    unassignedSegments: () => database.all(segmentRow, query('store/segments-unassigned')),
    isSegmentKnown: (id) => database.one(idRow, query('store/segment-known', {}, { id })) !== null,
    jsonlWatermark: watermarks.read,
  };
}

/** Whether a part of a growing file begins where what is known of it ends. */
export function continues(segment: LogSegment, known: Watermark | null): boolean {
  if (segment.file === null || known === null) return segment.from_offset === 0;
  const { generation } = segment.file;
  if (generation === known.generation) return segment.from_offset === known.offset_bytes;
  return generation === known.generation + 1 && segment.from_offset === 0;
}
