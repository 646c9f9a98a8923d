/** A presentation, its slide show and its template, each without and with macros (Office Open XML). */
export const presentationFormats = ['pptx', 'pptm', 'ppsx', 'ppsm', 'potx', 'potm'] as const;

/** A picture: what a provider sends for a deck of one card in place of a ZIP of pictures. */
export const pictureFormats = ['png', 'jpg'] as const;

/** The formats of files that are downloaded. Each is also the extension of the object's key. */
export const fileFormats = [
  'pdf',
  ...presentationFormats,
  'zip',
  ...pictureFormats,
  'mp4',
] as const;

/** One of {@link fileFormats}. */
export type FileFormat = (typeof fileFormats)[number];

/** One of {@link presentationFormats}. */
export type PresentationFormat = (typeof presentationFormats)[number];

const isOneOf = (formats: readonly FileFormat[], format: FileFormat): boolean =>
  formats.includes(format);

/** Whether a format is that of a PowerPoint file. */
export const isPresentation = (format: FileFormat): format is PresentationFormat =>
  isOneOf(presentationFormats, format);

/** The first of several formats that is that of a PowerPoint file. */
export const presentationAmong = (
  formats: readonly (FileFormat | undefined)[],
): FileFormat | undefined =>
  formats.find((format) => format !== undefined && isPresentation(format));

/** Whether a format is that of a picture. */
export const isPicture = (format: FileFormat): boolean => isOneOf(pictureFormats, format);

/**
 * Whether a file that was announced or asked for as one format may turn out to be of the other. A
 * provider that says "pptx" may mean any PowerPoint file, and one that says "png" or "zip" sends
 * one picture, or several in a ZIP.
 */
export const mayBe = (announced: FileFormat, found: FileFormat): boolean => {
  if (announced === found) return true;
  if (isPresentation(announced)) return isPresentation(found);
  if (announced === 'zip') return isPicture(found);
  return isPicture(announced) && (isPicture(found) || found === 'zip');
};
