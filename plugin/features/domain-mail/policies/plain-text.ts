import Joi from 'joi';

/** One line, for an SMTP reply or a delivery status notification. */
export const plainText = Joi.string()
  .trim()
  .pattern(/^[^\p{Cc}\u2028\u2029]*$/u, 'plain');

/** Characters that fit into the column. */
export const mostStored = 500;

export const textOption = { flags: '--text <text>', help: 'the text for the sender' } as const;
