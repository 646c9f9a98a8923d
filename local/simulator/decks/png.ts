import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A picture to paint on: 8-bit RGB. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Fills a rectangle; what lies outside is left out. `colour` is hexadecimal RGB. */
  fill(x: number, y: number, width: number, height: number, colour: string): void;
  /** The picture as a PNG file. */
  toPng(): Uint8Array;
}

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.byteLength, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
};

/** An all-white canvas of so many pixels. */
export const createCanvas = (width: number, height: number): Canvas => {
  const stride = 1 + width * 3; // each row begins with its filter: 0, none
  const rows = Buffer.alloc(stride * height, 0xff);
  for (let y = 0; y < height; y += 1) rows[y * stride] = 0;
  return {
    width,
    height,
    fill(x, y, fillWidth, fillHeight, colour) {
      const left = Math.max(0, x);
      const right = Math.min(width, x + fillWidth);
      const pixel = Buffer.from(colour, 'hex');
      for (let row = Math.max(0, y); row < Math.min(height, y + fillHeight); row += 1) {
        if (right > left)
          rows.fill(pixel, row * stride + 1 + left * 3, row * stride + 1 + right * 3);
      }
    },
    toPng() {
      const header = Buffer.alloc(13);
      header.writeUInt32BE(width, 0);
      header.writeUInt32BE(height, 4);
      header.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB, and the only values that PNG knows for the rest
      return Buffer.concat([
        signature,
        chunk('IHDR', header),
        chunk('IDAT', deflateSync(rows)),
        chunk('IEND', new Uint8Array()),
      ]);
    },
  };
};
