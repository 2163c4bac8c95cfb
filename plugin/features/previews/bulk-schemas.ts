import Joi from 'joi';
import { jobStates } from '../../jobs/job.js';
import { kinds, outcomes } from '../../previews/preview.js';

const time = Joi.string().isoDate();
const count = Joi.number().integer().required();

const reasons = Joi.array()
  .items(
    Joi.object({
      field: Joi.string().description(
        'The field in `set`, or the column, that it is about, if it is about one.',
      ),
      code: Joi.string()
        .required()
        .description('The same for the same reason, whatever its words.'),
      detail: Joi.string().required(),
    }),
  )
  .required()
  .description('Why it cannot change.');

const next = Joi.string()
  .allow(null)
  .required()
  .description('Where the next rows are; null behind the last.');

const line = Joi.number()
  .integer()
  .description('Of the file, if it is an import, counted from 1 with the headings.');

const fields = Joi.object()
  .unknown(true)
  .allow(null)
  .required()
  .description('The fields that change; null if none does.');

export const bulkPlan = Joi.object({
  id: Joi.number().integer().required().description('Applies it, as `preview`.'),
  action: Joi.string().required(),
  counted: Joi.boolean()
    .required()
    .description(
      'Whether all rows are decided about. Until then the counts grow with each time that it is read, and it cannot ' +
        'be applied.',
    ),
  total: count,
  counts: Joi.object(Object.fromEntries(kinds.map((kind) => [kind, count]))).required(),
  createdAt: time.required(),
  expiresAt: time.required().description('Until when it can be applied.'),
  job: Joi.number().integer().allow(null).required().description('The job that applies it.'),
  rows: Joi.array()
    .items(
      Joi.object({
        id: Joi.number().integer().required(),
        line,
        name: Joi.string().required(),
        group: Joi.valid(...kinds).required(),
        before: fields,
        after: fields,
        reasons,
      }),
    )
    .required(),
  next,
});

export const bulkJob = Joi.object({
  id: Joi.number().integer().required(),
  preview: Joi.number().integer().required(),
  action: Joi.string().required(),
  state: Joi.valid(...jobStates).required(),
  done: count,
  total: count,
  counts: Joi.object(Object.fromEntries(outcomes.map((outcome) => [outcome, count]))).required(),
  failure: Joi.object({ code: Joi.string().required(), detail: Joi.string().required() })
    .allow(null)
    .required(),
  createdAt: time.required(),
  finishedAt: time.allow(null).required(),
  outcomes: Joi.string().required().description('Where the outcome of each row is.'),
});

export const bulkOutcomes = Joi.object({
  rows: Joi.array()
    .items(
      Joi.object({
        id: Joi.number().integer().required(),
        line,
        name: Joi.string().required(),
        outcome: Joi.valid(...outcomes, 'waiting')
          .required()
          .description(
            '`meanwhile`: somebody has changed it since the preview, and it stays as it is. `failed`: the job ended ' +
              'before it. `waiting`: the job has not reached it.',
          ),
        reasons,
        changedBy: Joi.object({ actor: Joi.string().required(), at: time.required() })
          .allow(null)
          .required()
          .description('Who changed it meanwhile; null also if it is gone.'),
      }),
    )
    .required(),
  next,
});
