import type { Database } from './database.js';
import type { FoldedSearch } from './engine.js';
import { type IntactPiece, intactPieces, shortestPiece } from './intact-pieces.js';
import { PreparedShapes } from './prepared-shapes.js';

/** Searches an index of three-character sequences, which is one for the rows of all owners. */
export function trigramSearch(db: Database, index: string): FoldedSearch {
  const queries = new PreparedShapes<{ readonly id: number }>(db);
  const idsMatching = async (match: string, limit: number): Promise<readonly number[]> => {
    const query = queries.of([limit], (value) =>
      db
        .knex(index)
        .select('rowid as id')
        .whereRaw('?? MATCH ?', [index, value('match')])
        .limit(limit, { skipBinding: true }),
    );
    return (await query.run({ match })).map(({ id }) => id);
  };
  return {
    async idsWith(words, { most }) {
      const match = allOf(words.map(containing));
      return match === undefined ? undefined : await idsMatching(match, most + 1);
    },
    async idsNear(misspelled, others, { most }) {
      const near = anyOf(intactPieces(misspelled).map(containingPiece));
      const match = near && allOf([near, ...others.map(containing)]);
      return match === undefined ? [] : await idsMatching(match, most);
    },
  };
}

/** An expression of the index; undefined if it cannot tell which rows match. */
type Expression = string | undefined;

function containing(text: string): Expression {
  const characters = Array.from(text);
  return allOf(
    characters
      .slice(shortestPiece - 1)
      .map((_last, at) => characters.slice(at, at + shortestPiece).join(''))
      .map((each) => `"${each.replaceAll('"', '""')}"`),
  );
}

function containingPiece({ text, further }: IntactPiece): Expression {
  return allOf([containing(text), anyOf(further.map(containing))]);
}

function allOf(parts: readonly Expression[]): Expression {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : `(${known.join(' AND ')})`;
}

/** Undefined if one of them is. */
function anyOf(parts: readonly Expression[]): Expression {
  return parts.length === 0 || parts.includes(undefined) ? undefined : `(${parts.join(' OR ')})`;
}
