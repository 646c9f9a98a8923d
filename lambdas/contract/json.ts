/**
 * Any value that JSON can hold. What crosses a border (state data, events, provider documents) is
 * made of these.
 */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: JsonValue;
}
