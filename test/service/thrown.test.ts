import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OperatingError } from '../../src/core/operating-error.ts';
import { INCONCLUSIVE_REASONS, Inconclusive } from '../../src/core/outcome.ts';
import { EngineError } from '../../src/engine/engine.ts';
import { packThrown, type Thrown, unpackThrown } from '../../src/service/thrown.ts';

/** As over the channel between parent and child. */
function crossed(thrown: unknown): Error {
  return unpackThrown(deserialize(serialize(packThrown(thrown))) as Thrown);
}

describe('an error that crosses to the parent', () => {
  test('keeps class, reason and message of every inconclusive', () => {
    fc.assert(
      fc.property(fc.constantFrom(...INCONCLUSIVE_REASONS), fc.string({ unit: 'binary' }), (reason, message) => {
        const error = crossed(new Inconclusive(reason, message));
        expect(error).toBeInstanceOf(Inconclusive);
        expect(error).toMatchObject({ name: 'Inconclusive', reason, message });
      }),
    );
  });

  test('keeps all troubles and the exit code of an operating error', () => {
    const troubles = [
      { code: 'a', subject: 's', place: 'line 3', message: 'm', hint: 'h' },
      { code: 'b', subject: '__proto__', message: 'n' },
    ];
    const error = crossed(new OperatingError(2, troubles));
    expect(error).toBeInstanceOf(OperatingError);
    expect(error).toMatchObject({ exitCode: 2, troubles, message: new OperatingError(2, troubles).message });
  });

  test('keeps the kind of an engine error', () => {
    const error = crossed(new EngineError('Conversion', 'Conversion Error: x'));
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ kind: 'Conversion', message: 'Conversion Error: x' });
  });

  test('keeps name, message and stack of any other error', () => {
    const original = new RangeError('too far');
    expect(crossed(original)).toMatchObject({ name: 'RangeError', message: 'too far', stack: original.stack });
  });

  test('is an error even where something else was thrown', () => {
    expect(crossed('plain text')).toMatchObject({ name: 'Error', message: 'plain text' });
    expect(crossed(undefined)).toMatchObject({ message: 'undefined' });
  });
});
