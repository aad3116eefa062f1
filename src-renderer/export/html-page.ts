/** Markdown → one HTML page that needs nothing else: our own styles inside, no scripts, made to be read and to be printed. */
import { escapeHtml, renderMarkdown } from '../lesson/render-markdown.js'

const STYLES = `
  :root { color-scheme: light; }
  body { max-width: 44rem; margin: 3rem auto; padding: 0 1.5rem; color: #1c241c; background: #fff;
    font: 15px/1.55 Inter, 'Segoe UI', system-ui, 'DejaVu Sans', sans-serif; }
  h1 { font-size: 1.7rem; line-height: 1.2; }
  h2 { font-size: 1.2rem; margin-top: 2.2rem; padding-top: 0.8rem; border-top: 1px solid #dfe3d9; }
  h3 { font-size: 1rem; }
  h2, h3 { break-after: avoid; }
  code, pre { font: 12.5px/1.5 'JetBrains Mono', 'DejaVu Sans Mono', ui-monospace, monospace; }
  code { background: #eef0ea; border-radius: 4px; padding: 1px 4px; }
  pre { background: #f6f7f4; border: 1px solid #dfe3d9; border-radius: 8px; padding: 0.8rem 1rem; white-space: pre-wrap;
    overflow-wrap: anywhere; }
  pre code { background: none; padding: 0; }
  blockquote { margin: 1rem 0; padding: 0.1rem 1rem; border-left: 3px solid #2f7d46; background: #e3f2e6; break-inside: avoid; }
  table { border-collapse: collapse; }
  td, th { border: 1px solid #dfe3d9; padding: 3px 8px; text-align: left; }
  @page { margin: 18mm; }
  @media print { body { margin: 0; max-width: none; padding: 0; } }
`

export function htmlPage(title: string, markdown: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLES}</style>
</head>
<body>
${renderMarkdown(markdown)}</body>
</html>
`
}
