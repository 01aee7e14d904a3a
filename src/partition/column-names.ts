/** The engine folds the case of ASCII letters in names, and of no others. */
export function foldCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/**
 * Names by which a query may call the columns: the owner's, as far as possible. A name that the engine would take for an
 * earlier one (`id`, `ID`) gets `_1`, an empty one or one with a NUL character is called by its position.
 */
export function queryNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, i) => {
    const wanted = name === '' || name.includes('\0') ? `column${i}` : name;
    return take(wanted, taken, foldCase);
  });
}

/** The owner's names, each once: an exact repetition gets `_1`, because two columns of one name could not be told apart. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => take(name, taken, (same) => same));
}

/** A name that none of these columns has. */
export function freeName(wanted: string, names: readonly string[]): string {
  return take(wanted, new Set(names.map(foldCase)), foldCase);
}

function take(wanted: string, taken: Set<string>, fold: (name: string) => string): string {
  let name = wanted;
  for (let i = 1; taken.has(fold(name)); i += 1) name = `${wanted}_${i}`;
  taken.add(fold(name));
  return name;
}
