#!/usr/bin/env node
// `npm run lessons:new -- PHASE STEP TITLE`: makes the folder of a new step.
import { relative } from 'node:path'
import { CannotMakeStep, newStep } from './lessons/new-step.mjs'
import { inRoot } from './setup/paths.mjs'

const [phase, number, ...words] = process.argv.slice(2)
const title = words.join(' ')
if (phase === undefined || number === undefined || title === '') {
  console.error('npm run lessons:new -- PHASE STEP TITLE   for example: 05-retries-and-errors 21 "A step of its own"')
  process.exit(2)
}
try {
  const folder = newStep({ lessonsFolder: inRoot('lessons'), phase, number, title })
  console.log(`${relative(process.cwd(), folder)} is there, with lesson.md and lab.json.
Files of its own go into start/ and solution/, each tasks.py with a tasks.ts beside it. Prove it:
  npm run lessons:check -- --lesson ${phase} --step ${number.padStart(2, '0')}`)
} catch (error) {
  if (!(error instanceof CannotMakeStep)) throw error
  console.error(error.message)
  process.exit(1)
}
