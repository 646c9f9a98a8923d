import type pptxgenjs from 'pptxgenjs';
import { palette } from './outline.ts';

// Inches on a 13.33 x 7.5 slide.
const margin = 1;
const textWidth = 11.33;

/** The layout of the first and the last slide. */
export const coverMaster = 'Cover';
/** The layout of all others. */
export const listMaster = 'Points';

/** Defines both layouts, each with a title and a body to fill in. */
export const defineMasters = (presentation: pptxgenjs.default): void => {
  presentation.defineSlideMaster({
    title: coverMaster,
    background: { color: palette.ink },
    objects: [
      { rect: { x: margin, y: 4.15, w: 1.7, h: 0.08, fill: { color: palette.accent } } },
      {
        placeholder: {
          options: {
            name: 'title',
            type: 'title',
            x: margin,
            y: 2.2,
            w: textWidth,
            h: 1.8,
            fontSize: 44,
            bold: true,
            color: palette.paper,
            valign: 'bottom',
          },
          text: '',
        },
      },
      {
        placeholder: {
          options: {
            name: 'body',
            type: 'body',
            x: margin,
            y: 4.5,
            w: textWidth,
            h: 0.8,
            fontSize: 20,
            color: palette.mist,
            valign: 'top',
          },
          text: '',
        },
      },
    ],
  });
  presentation.defineSlideMaster({
    title: listMaster,
    background: { color: palette.paper },
    objects: [
      { rect: { x: 0, y: 0, w: 0.25, h: 7.5, fill: { color: palette.accent } } },
      {
        placeholder: {
          options: {
            name: 'title',
            type: 'title',
            x: margin,
            y: 0.8,
            w: textWidth,
            h: 1,
            fontSize: 34,
            bold: true,
            color: palette.ink,
          },
          text: '',
        },
      },
      {
        placeholder: {
          options: {
            name: 'body',
            type: 'body',
            x: margin,
            y: 2.1,
            w: textWidth,
            h: 4.4,
            fontSize: 22,
            color: palette.soft,
            valign: 'top',
          },
          text: '',
        },
      },
    ],
    slideNumber: { x: 12.5, y: 6.9, color: palette.soft, fontSize: 12 },
  });
};
