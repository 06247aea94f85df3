const OTHER_CHARACTERS = /[^ -~]/g;

/**
 * Encodes a value as JSON for a request header. A header cannot have all characters, and e-mail
 * addresses may have any.
 */
export const headerJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    OTHER_CHARACTERS,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
