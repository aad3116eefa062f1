/** Our lessons' Markdown → safe HTML: no raw HTML, no images, no links out of the app. The text is ours, and still nothing of it may run. */
import { Marked, type Token, type Tokens } from 'marked'

const marked = new Marked({
  gfm: true,
  // Between tags such as <code> or <script> marked takes text for HTML that is escaped already. Here tags are text, and so is that.
  walkTokens(token: Token) {
    if (token.type === 'text') token['escaped'] = false
  },
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag) => escapeHtml(text),
    code: ({ text }: Tokens.Code) => `<pre><code>${text.split('\n').map(codeLine).join('\n')}</code></pre>\n`,
    image: ({ text }: Tokens.Image) => escapeHtml(text),
    link(token: Tokens.Link) {
      return `<span class="reference" title="${escapeHtml(token.href)}">${this.parser.parseInline(token.tokens)}</span>`
    },
  },
})

/** Each knows its indent: where a line is too long for its place, what goes on below it stands further in. */
function codeLine(line: string): string {
  const indent = line.length - line.trimStart().length
  return `<span class="line" style="--indent: ${indent}ch">${escapeHtml(line)}</span>`
}

export function renderMarkdown(text: string): string {
  return marked.parse(text, { async: false })
}

/** One line of Markdown, without the paragraph around it. */
export function renderInline(text: string): string {
  return marked.parseInline(text, { async: false })
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
