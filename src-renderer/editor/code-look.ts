/** How code looks: every colour is a token of the window, so both themes are the same rules. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const frame = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--panel)', fontSize: '12.5px' },
  '&.cm-focused, &:focus-within': { outline: '1px solid var(--focus)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', overflow: 'auto' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--ink3)', border: 'none' },
  '.cm-foldGutter': { display: 'none !important' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '34px', padding: '0 10px 0 4px' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--brand-soft) 55%, transparent)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--focus) 24%, transparent)',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--brand-soft)',
    outline: '1px solid var(--line)',
  },
  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-panels input, .cm-panels button': { font: '12px var(--font)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--panel)',
    border: '1px solid var(--line)',
    borderRadius: '8px',
    boxShadow: 'var(--shadow)',
  },
  '.cm-diagnostic': { font: '12px/1.45 var(--font)', padding: '6px 10px' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--failure)' },
  '.cm-problem-line': { backgroundColor: 'color-mix(in srgb, var(--failure) 11%, transparent)' },
  '.cm-problem-words': {
    font: '12px var(--font)',
    color: 'var(--failure-ink)',
    paddingLeft: '24px',
    whiteSpace: 'pre',
  },
  '.cm-deletedChunk': { backgroundColor: 'color-mix(in srgb, var(--failure) 10%, transparent)' },
  '&.cm-merge-b .cm-changedLine, .cm-changedLine': {
    backgroundColor: 'color-mix(in srgb, var(--success) 13%, transparent)',
  },
  '.cm-changedText, &.cm-merge-b .cm-changedText': {
    background: 'color-mix(in srgb, var(--success) 28%, transparent)',
  },
  '.cm-deletedChunk .cm-deletedText': { background: 'color-mix(in srgb, var(--failure) 26%, transparent)' },
  '.cm-changeGutter': { width: '3px', paddingLeft: '0' },
})

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null, tags.operatorKeyword], color: 'var(--revoked)' },
  {
    tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)],
    color: 'var(--started-ink)',
  },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--success-ink)' },
  { tag: [tags.meta, tags.annotation], color: 'var(--retry-ink)' },
  { tag: [tags.comment], color: 'var(--ink3)', fontStyle: 'italic' },
  { tag: [tags.number], color: 'var(--retry-ink)' },
  { tag: [tags.invalid], color: 'var(--failure-ink)' },
])

export const codeLook = [frame, syntaxHighlighting(colours)]
