/** One slide with a headline and a few points. */
export interface Slide {
  readonly title: string;
  readonly points: readonly string[];
}

/** A small presentation. */
export interface Deck {
  readonly title: string;
  readonly subtitle: string;
  readonly slides: readonly Slide[];
  readonly closing: string;
}

/** Colours of the demonstration decks, as hexadecimal RGB. */
export const palette = {
  ink: '14213D',
  paper: 'FFFFFF',
  mist: 'EEF2F7',
  accent: 'F26B38',
  soft: '5B6B82',
} as const;

/** When every deck says that it was made: fixed, so that the same deck is the same file. */
export const madeAt = new Date('2026-01-01T00:00:00Z');

/** The headline of the second slide, which lists the others. */
export const agendaTitle = 'Agenda';

/**
 * A deck of six slides: title, agenda, three topics and a closing.
 *
 * @param title what it is called, for example after the prompt that it was made from
 */
export const demoDeck = (title: string): Deck => ({
  title,
  subtitle: 'A demonstration deck, made on this machine',
  slides: [
    {
      title: 'Generators work in their own time',
      points: [
        'A generation is started and answered with an id',
        'Seconds to forty minutes pass before it is done',
        'Nobody calls back: somebody has to ask',
      ],
    },
    {
      title: 'Links do not last',
      points: [
        'Some live for an hour, some for a week',
        'Whoever has the link has the file',
        'A paid deck is lost when nobody fetched it in time',
      ],
    },
    {
      title: 'What stays',
      points: [
        'The file, checked byte for byte',
        'A manifest that says what it is and where it came from',
        'An event that tells everybody else',
      ],
    },
  ],
  closing: 'Thank you',
});

/** Every slide's headline in order: title, agenda, topics, closing. */
export const headlines = (deck: Deck): readonly string[] => [
  deck.title,
  agendaTitle,
  ...deck.slides.map(({ title }) => title),
  deck.closing,
];
