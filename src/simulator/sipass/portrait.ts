/** The one portrait that everybody has: a grey square of eight by eight pixels, a whole JPEG. */

/** As the detail of a cardholder carries it. */
export const portraitBase64 =
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB' +
  'AQEBAQEBAQEBAQH/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8A' +
  'P//Z';

/** As the image address answers it. */
export const portraitJpeg = Buffer.from(portraitBase64, 'base64');
