/** What came of a claim: it is ours, or it was made before, with this note. */
export type ClaimOutcome =
  | { readonly kind: 'ours' }
  | { readonly kind: 'held'; readonly note: string };

/**
 * Notes that are made once, and that every invocation sees alike from then on. They are kept for a
 * week at least.
 */
export interface Claims {
  /**
   * Notes something under a name, unless something is noted there.
   *
   * @param name segments that are safe in an S3 key, with `/` between them
   * @throws where it cannot be told whether the claim is ours
   */
  take(name: string, note: string): Promise<ClaimOutcome>;
  /** The last segments of the names in a folder. @throws where they cannot be told */
  list(folder: string): Promise<readonly string[]>;
}
