import type { ConfigFile } from './schema.ts';

/** What the file asks for and gets only later: it is checked, so that a file stays valid, and said, so that nobody relies on it. */
export function notesOf(entry: ConfigFile): readonly string[] {
  const sources = Object.entries(entry.sources);
  const jobs = Object.entries(entry.ingestion_jobs);
  const quiet = [
    ...sources.filter(([, source]) => source.landed?.quiet_time !== undefined).map(([name]) => `source ${name}`),
    ...jobs
      .filter(([, job]) => [job.landed, job.production.landed, job.shadow.landed].some((rule) => rule?.quiet_time))
      .map(([name]) => `job ${name}`),
  ];
  const later: readonly (readonly [boolean, string])[] = [
    [
      quiet.length > 0,
      `quiet_time is not watched yet: a partition counts as landed as soon as it exists (${quiet.join(', ')})`,
    ],
    [entry.discover.length > 0, 'discover makes no jobs yet: write them below ingestion_jobs'],
    [entry.landings.length > 0, 'landings are not read yet'],
    [entry.report_url !== undefined, 'report_url stands in no report yet: links in them are relative'],
    [
      entry.schedules?.compare !== undefined || entry.schedules?.analyze !== undefined,
      'schedules ring only inside the service, which is not there yet: run `shadowcheck analyze` by the hour',
    ],
    [jobs.some(([, job]) => job.pairings !== undefined), 'pairings beside migration are not compared yet'],
    [
      jobs.some(([, job]) => [job.production, job.shadow].some((side) => side.delta ?? side.full_dump)),
      'delta and full_dump tables are not looked at yet',
    ],
    [jobs.some(([, job]) => job.provenance !== undefined), 'provenance does not lead the diagnosis yet'],
  ];
  return later.filter(([asked]) => asked).map(([, note]) => note);
}
