import { publicId } from '@/lib/kernel/public-id'
import { storeNamed } from './demo'
import { Merchant } from './merchant'
import { rows } from './records'
import { expect, test as base } from './world'

const living = 'nordlicht-living'
/** `page`: the window of its owner, signed in. */
const test = base.extend({
  page: async ({ browser, demo }, give) => {
    storeNamed(demo, living)
    const merchant = await Merchant.signIn(browser, 'ida@nordlicht.example')
    await give(merchant.page)
    await merchant.leave()
  },
})
test.describe.configure({ timeout: 120_000 })

// What a server cannot read, and a replay that nobody makes progress on, are staged in the database: no screen can make them.

test('a screen stays through an outage and says that it may be old', async ({ page }) => {
  await page.goto('/nordlicht/events/replays')
  await expect(page.getByRole('heading', { level: 1, name: 'Replays' })).toBeVisible()
  await page.route('**/readyz', (route) => route.fulfill({ status: 503, body: '{}' }))
  const notice = page.getByText('The server does not answer just now')
  await expect(notice).toBeVisible()
  await expect(page.getByRole('heading', { level: 1, name: 'Replays' })).toBeVisible()
  await page.unroute('**/readyz')
  await expect(notice).toBeHidden()
})

test('a screen that could not be shown comes back by itself', async ({ page }) => {
  await rows('ALTER TABLE replay RENAME TO replay_away')
  try {
    await page.goto('/nordlicht/events/replays')
    await expect(page.getByText('This screen could not be shown')).toBeVisible()
  } finally {
    await rows('ALTER TABLE replay_away RENAME TO replay')
  }
  await expect(page.getByRole('heading', { level: 1, name: 'Replays' })).toBeVisible()
})

test('a page that takes longer to read than its pace still changes', async ({ demo, page }) => {
  const store = storeNamed(demo, living)
  // Never due: the worker's clock may have been moved on by days.
  const [made] = await rows<{ id: string }>(
    `INSERT INTO replay (tenant_id, id, mode, filter, dry_run, actor_kind, difference, due_at, created_at)
     SELECT tenant_id, gen_random_uuid(), 'live', '{"all":true}', true, 'operator', '{"payments":[],"events":[],"counts":{"payments":0,"others":0,"events":0,"effects":0,"exceptions_opened":0,"exceptions_closed":0}}', now() + interval '10 years', now()
       FROM store WHERE id = $1 RETURNING id`,
    [store.store_id],
  )
  await page.goto(`/nordlicht/events/replays/${publicId('replay', made?.id ?? '')}`)
  await expect(page.getByText('Waits for the worker.')).toBeVisible()
  await page.route(/_rsc=/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    await route.continue()
  })
  await rows(`UPDATE replay SET state = 'done', finished_at = now() WHERE id = $1`, [made?.id])
  await expect(page.getByText('Nothing would change')).toBeVisible({ timeout: 15_000 })
})

test('the box of a question gives the keyboard back where it was', async ({ page }) => {
  await page.goto('/nordlicht/payments')
  const search = page.getByRole('button', { name: /^Search/ })
  await search.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(search).toBeFocused()

  // A word that nothing has leads to the place of that name.
  await page.keyboard.press('/')
  await page.keyboard.type('exce')
  await expect(page.getByText('Nothing in this mode has this number, name or id.')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Exceptions' })).toBeVisible()
})
