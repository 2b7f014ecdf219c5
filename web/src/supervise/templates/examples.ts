/* What stands in a preview where a value will be filled in: names from this account, else an example. */
import { useI18n } from 'vue-i18n'
import { useWorld } from '@/stores/world'
import { byName } from '../thing'
import { OF_CONTACT, type Value } from './pieces'

/** Return a function from a value to its example; `divisionName` is the division it is shown for. */
export function useExamples(divisionName: () => string | undefined): (name: Value) => string {
  const { t } = useI18n()
  const world = useWorld()
  return (name) => {
    const { agents, devices, divisions } = world.world
    const known: Partial<Record<Value, string | undefined>> = {
      'agent.name': byName(agents.values())[0]?.name,
      'device.name': byName(devices.values())[0]?.name,
      'division.name': divisionName() ?? byName(divisions.values())[0]?.name,
      'contact.name': t('supervise.templates.example.contact'),
      'time.greeting': t('supervise.templates.example.greeting'),
    }
    return known[name] || name.replace(OF_CONTACT, '')
  }
}
