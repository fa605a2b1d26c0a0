/** A constructor as the factory Nest asks for. */
export const create =
  <Parts extends unknown[], T>(type: new (...parts: Parts) => T) =>
  (...parts: Parts): T =>
    new type(...parts)
