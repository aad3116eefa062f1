/** Short walks through later phases, by hand as a learner takes them: a message is opened, processes are found, a child is killed in time. */
import { expect, test } from './fixtures.js'
import { RunningApp } from './running-app.js'

test.describe.configure({ timeout: 600_000 })

async function guess(app: RunningApp, option: string): Promise<void> {
  const button = app.openStep.getByRole('button', { name: option })
  await button.click()
  await expect(button).toHaveAttribute('aria-pressed', 'true')
}

test('phase 2: Redis is started and asked, a message is read, a parent and a child are found', async ({
  dataFolder,
}) => {
  const app = await RunningApp.ready({ dataFolder })
  await app.openAt('02-broker-and-worker', '01-a-broker-is-a-program')
  const { page } = app
  await test.step('1 · a broker is a program', async () => {
    await expect(app.region('Broker')).toContainText('not running')
    await app.press('Start Redis')
    await expect(app.region('Broker')).not.toContainText('not running')
    await app.press('redis-cli ping')
    await app.expectGreen()
    await expect.poll(() => app.terminal('console')).toContain('PONG')
  })
  await test.step('2 · inside a message', async () => {
    await app.nextStep()
    await guess(app, 'The finished mail')
    await app.press('Buy a ticket')
    await page.getByRole('button', { name: /^send_confirmation .*: waiting/ }).click()
    const message = page.getByRole('group', { name: /^Message, / })
    for (const name of ['task', 'id', 'args']) {
      const line = message.locator('.part').filter({ has: page.locator('.name').getByText(name, { exact: true }) })
      await line.first().click()
      await expect(page.locator('.what').filter({ hasText: name })).toBeInViewport()
    }
    await app.expectGreen()
    await expect(app.openStep.getByText('It went another way.')).toBeVisible()
    await expect(page.getByRole('list', { name: /^Trace over/ })).toBeVisible()
  })
  await test.step('3 · a parent and its children', async () => {
    await app.nextStep()
    await expect(app.region("Harbour's pages")).toBeHidden()
    await guess(app, 'Three')
    await app.press('Start worker@1')
    const child = app.region('worker@1').getByRole('button', { name: /^Child \d+, idle/ })
    await expect(child).toHaveCount(2)
    await app
      .region('worker@1')
      .getByRole('button', { name: /the parent$/ })
      .click()
    await child.first().click()
    await app.expectGreen()
    await expect(app.openStep.getByText('Right.')).toBeVisible()
    await expect(page.getByRole('list', { name: 'Processes of worker@1' }).getByRole('button')).toHaveCount(3)
  })
  await app.end()
})

test('phase 5: a child is killed while it sends a mail, and the message is gone', async ({ dataFolder }) => {
  const app = await RunningApp.ready({ dataFolder })
  await app.openAt('05-retries-and-errors', '07-killed-halfway')
  await expect(async () => {
    await app.notBusy()
    await guess(app, 'Back in the queue')
    await app.press('Buy a ticket')
    const busy = app.page.getByRole('button', { name: /^Child \d+ runs send_confirmation .*already acked/ })
    await expect(busy, 'the mail has been begun').toContainText(/[12]\.\d s/)
    await app.press('Kill the child that runs it')
    try {
      await expect(app.openStep.getByRole('button', { name: /, done$/ })).toBeVisible({ timeout: 30_000 })
    } catch (error) {
      await app.press('Reset step') // the kill came too late: the mail had left
      await expect(app.openStep.getByRole('button', { name: 'Reset step' })).toHaveAttribute('aria-busy', 'false')
      throw error
    }
  }).toPass({ timeout: 240_000 })
  await expect(app.openStep.getByText('It went another way.')).toBeVisible()
  await expect(app.region('Results')).toContainText('FAILURE')
  await expect(app.region('Break it, trace and outbox')).toContainText('given up by its sender')
  await app.end()
})
