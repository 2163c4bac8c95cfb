import assert from 'node:assert/strict';
import { withIncluded } from '../../plugin/web/included.js';

describe('a template that includes others', () => {
  const texts = new Map([
    ['icon', '<i><%= asset(`icons.svg#${given.icon}`) %></i>\n'],
    ['add', '<% if (given.id) { %><b id="<%= given.id %>"></b><% } %>'],
    ['both', "<p><%- include('icon', { icon: 'plus' }) %><%- include('add') %></p>"],
    ['whole', '<%= Object.keys(given) %>'],
    ['large', 'a'.repeat(301)],
  ]);

  for (const [why, text, expected] of [
    [
      'an argument takes its place',
      "<a><%- include('icon', { icon: 'x' }) %></a>",
      '<a><% { %><i><%= asset(`icons.svg#x`) %></i><% } %></a>',
    ],
    [
      'an argument that is missing is undefined',
      "<%- include('add') %>",
      '<% { %><% if (undefined) { %><b id="<%= undefined %>"></b><% } %><% } %>',
    ],
    [
      'those that it includes include others',
      "<%- include('both') %>",
      '<% { %><p><% { %><i><%= asset(`icons.svg#plus`) %></i><% } %>' +
        '<% { %><% if (undefined) { %><b id="<%= undefined %>"></b><% } %><% } %></p><% } %>',
    ],
  ] as const) {
    it(`has small ones in place: ${why}`, () => {
      assert.equal(withIncluded(text, texts), expected);
    });
  }

  for (const text of [
    "<%- include('icon', { icon: it.icon }) %>",
    '<%- include(it.view) %>',
    "<%- include('whole') %>",
    "<%- include('large') %>",
    "<%- include('missing') %>",
  ]) {
    it(`still calls what is not known, too large, or asks for all arguments: ${text}`, () => {
      assert.equal(withIncluded(text, texts), text);
    });
  }
});
