import sharp, { type Sharp } from 'sharp';

export const namespaces =
  'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
export const svgOf = (inside: string, attributes = 'width="100" height="50"'): Buffer =>
  Buffer.from(`<svg ${namespaces} ${attributes}>${inside}</svg>`);
export const redBox = '<rect width="100" height="50" fill="#e30613"/>';

/** An image whose left half is red and whose right half is white. */
export const halves = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#fff' } }).composite([
    {
      input: {
        create: { width: Math.ceil(width / 2), height, channels: 3, background: '#e30613' },
      },
      left: 0,
      top: 0,
    },
  ]);
