/** A request that the Web SDK refuses with `Fail` in an HTTP 200, by the names and messages that were seen. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const entityGone = (id: string) => new Refusal('UnableToRetrieveEntity', `Entity does not exist: ${id}`);
export const invalidValue = (property: string, why: string) =>
  new Refusal('InvalidValue', `The value of ${property} is not valid: ${why}`);
export const noSetter = (property: string) => new Refusal('InvalidOperation', `The property ${property} has no setter`);
export const noSuchProperty = (code: 'CannotGetProperty' | 'CannotSetProperty', type: string, property: string) =>
  new Refusal(code, `${type} has no property '${property}'`);
