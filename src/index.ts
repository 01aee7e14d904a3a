/** The public API, and the only barrel. Everything that is not here may change in any version. */
export { type AnalysisEffects, analyzePair } from './analyze/analyze-pair.ts';
export type { AnalysisRequest } from './analyze/request.ts';
export type { Config, IngestionJob } from './config/config.ts';
export { loadConfig } from './config/load.ts';
export type { FileFormat, Landing } from './core/landing.ts';
export { OperatingError } from './core/operating-error.ts';
export { EXIT_CODES, INCONCLUSIVE_REASONS, type InconclusiveReason, OUTCOMES, type Outcome } from './core/outcome.ts';
export type { Side, Sided } from './core/side.ts';
export { PLAIN_SPEC, type Spec } from './core/spec.ts';
export { openDuckdb } from './engine/duckdb.ts';
export type { Engine, EngineLimits, OpenEngine } from './engine/engine.ts';
export { judge, type Verdict } from './gate/judge.ts';
export { type GatePolicy, loadPolicy } from './gate/policy.ts';
export { type PairReport, pairReportSchema } from './report/pair-report.ts';
export { type SlotReport, slotReportSchema } from './report/slot-report.ts';
