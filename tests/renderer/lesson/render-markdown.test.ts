/** Lesson text: Markdown works, HTML does not. */
import { expect, it } from 'vitest'
import { renderInline, renderMarkdown } from '../../../src-renderer/lesson/render-markdown.js'

it('renders emphasis, code and lists', () => {
  expect(renderMarkdown('A **worker** runs `tasks.py`.\n\n- one\n- two')).toContain('<strong>worker</strong>')
  expect(renderInline('`a`')).toBe('<code>a</code>')
})

it('gives each line of code its indent, and escapes it', () => {
  const html = renderMarkdown("```python\n@app.task\n\n    return '<b>'\n```")
  expect(html).toContain(
    '<span class="line" style="--indent: 0ch">@app.task</span>\n<span class="line" style="--indent: 0ch"></span>\n',
  )
  expect(html).toContain(`<span class="line" style="--indent: 4ch">    return '&lt;b&gt;'</span></code>`)
})

it.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'text <b onclick="x()">b</b>',
  '![x](http://example.com/a.png)',
  '[x](javascript:alert(1))',
  '<a href="javascript:x">y</a>',
  'a <kbd>b <img/src=x/onerror=alert(1)> c</kbd>',
  'a <script> <img/src=x/onerror=alert(1)>',
])('lets no HTML, picture or link through: %s', (text) => {
  const html = renderMarkdown(text)
  expect(html).not.toMatch(/<(script|img|kbd|a|b)\b/i)
  expect(renderInline(text)).not.toMatch(/<(script|img|kbd|a|b)\b/i)
  expect(html).not.toMatch(/<[^>]*\son\w+=/i)
})
