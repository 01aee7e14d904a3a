/** How much the name and the type of a column speak for its being part of a key, before any value is looked at. */
import { familyOf, type TypeFamily } from '../core/column.ts';

/** Written by the load, not by what is loaded: unique on each side, and another on the other. */
const OF_THE_LOAD =
  /(^| )(load|loaded|loading|ingest|ingested|ingestion|etl|elt|batch|insert|inserted|extract|extracted|processed|synced|dwh|hash|checksum|md5|sha\d*|unnamed|rn|rownum|row (num|number|no|nr)|index|(updated|modified|changed)( |$))/;
/** Alone; with other words before it the name says whose id it is. */
const IDENTITY = /^(row )?(id|uuid|guid|key|pk)$/;
const IDENTITY_OF = /(^| )(id|uuid|guid|key|pk)$/;
const RUN_TOGETHER = /[a-z]{2}(id|key)$/;
const NUMBER_OF =
  /(^| )(no|nr|num|number|seq|sequence|line|position|offset|attempt|version|revision)$|[a-z](number|code)$/;
const CODE =
  /(^| )(code|iso\d*|symbol|sku|isin|iban|ean|upc|iata|icao|email|mail|ssn|vin|slug|login|username|domain)( |$)/;
const TIME = /(^| )(date|day|datetime|time|timestamp|ts|hour|month|year|week|quarter|period|dt|ds)( |$)/;
const MEASURE =
  /(^| )(amount|price|total|sum|count|qty|quantity|value|score|rate|avg|mean|balance|cost|fee|tax|discount|pct|percent|ratio|share|lat|latitude|lon|lng|longitude|comment|comments|note|notes|description|text|message|body|url|size|length|weight|height|cases|deaths|confirmed|recovered)( |$)/;

const BY_FAMILY: Readonly<Record<TypeFamily, number>> = {
  date: 0.75,
  text: 0.6,
  timestamp: 0.6,
  integer: 0.5,
  time: 0.5,
  boolean: 0.4,
  decimal: 0.3,
  blob: 0.3,
  other: 0.3,
  float: 0.1,
  nested: 0,
};

/**
 * From 0 (never part of a key) to 1 (named as one). A rounded float pairs rows that are none, so its name does not help it;
 * a nested value identifies nothing that people would name.
 */
export function keyWeight(name: string, type: string): number {
  const family = familyOf(type);
  if (family === 'nested' || family === 'float') return BY_FAMILY[family];
  const words = wordsOf(name);
  if (isOfTheLoad(name)) return 0.3;
  if (IDENTITY.test(words)) return 1;
  if (IDENTITY_OF.test(words) || type === 'UUID') return 0.95;
  if (RUN_TOGETHER.test(words)) return 0.9;
  if (NUMBER_OF.test(words) || CODE.test(words)) return 0.8;
  if (TIME.test(words)) return 0.75;
  if (MEASURE.test(words)) return 0.2;
  return BY_FAMILY[family];
}

/** Whether the name says that the load writes the column, not what is loaded: it differs in every row. */
export function isOfTheLoad(name: string): boolean {
  return OF_THE_LOAD.test(wordsOf(name));
}

/** Of a key of several columns: as good as their mean and as their weakest; each further one makes it less likely the key. */
export function combinedWeight(weights: readonly number[]): number {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
  return (mean + Math.min(...weights)) / 2 - 0.04 * (weights.length - 1);
}

/** `orderID`, `order-id` and `ORDER_ID` are `order id`. */
function wordsOf(name: string): string {
  return name
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
