export { codeLinksIn, lineOf, withLines, type CodeLink, type ReadSource } from './code-lines.js'
export { anchorsIn, linksIn, markdownPages, readPage, type Link } from './markdown.js'
