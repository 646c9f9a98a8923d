/** RFC 9562, section 4: 8-4-4-4-12 hexadecimal digits. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The one spelling of an id under which a generation is known. A UUID is the same in either case
 * (RFC 9562, section 4), and Perceptis documents its ids as UUIDs; any other id is the provider's
 * own text, in which the case may count.
 */
export const canonicalId = (id: string): string => (uuid.test(id) ? id.toLowerCase() : id);
