import express, { type RequestHandler } from 'express';
import { BadRequestError } from '../errors.js';

/** 25 MB of attachments in base64, and the message around them. */
export const mostJsonBytes = 36 * 1024 * 1024;

const parse = express.json({ limit: mostJsonBytes, strict: true });

/** Reads a program's body. @throws {BadRequestError} when it is not JSON. */
export const readJson: RequestHandler = (req, res, next) => {
  if (req.is('application/json') === false) {
    throw new BadRequestError('errors.not-json');
  }
  parse(req, res, next);
};
