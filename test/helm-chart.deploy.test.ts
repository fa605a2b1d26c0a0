import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { streamOf } from '#shared/contracts'
import { stopMs } from '#shared/service'
import { consumersOf } from '../tools/nats-config/index.js'
import { allFacts, chartFiles, chartFolder, upstreams, type Callee } from '../testing/helm/index.js'
import { allVariables } from '../tools/settings/index.js'
import { programs } from '../tools/bundle/programs.js'
import { projectRoot } from '../tools/project-root.js'
import { serviceNames } from '../testing/services/index.js'
import { copyOfChart, exampleFile, examples, lint, render } from './support/helm/chart.js'
import { complaintsAbout } from './support/helm/kubernetes-schemas.js'
import {
  environmentOf,
  named,
  ofKind,
  podsOf,
  type DeploymentSpec,
  type Manifest,
  type PodTemplate,
  type Source,
} from './support/helm/manifest.js'
import { reachOf, selects, telltaleValues, type Selector } from './support/helm/reach.js'

const variables = allVariables()
const facts = allFacts(variables)
const rendered = new Map(
  await Promise.all(examples.map(async (example) => [example, await render({ example })] as const)),
)

describe.each(examples)('the chart with the %s values', (example) => {
  const manifests = rendered.get(example) ?? []
  const pods = podsOf(manifests)
  const deployments = ofKind(manifests, 'Deployment')

  it('passes helm lint', async () => {
    expect(await lint(example)).toContain('1 chart(s) linted, 0 chart(s) failed')
  })

  it('is what Kubernetes and its operators take, without a field they do not know', () => {
    expect(manifests.flatMap(complaintsAbout)).toEqual([])
    const names = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    expect(names).toEqual([...new Set(names)])
  })

  it('has each service on the port of its code, with time to stop', () => {
    expect(
      pods
        .filter(isService)
        .map(({ component }) => component)
        .sort(),
    ).toEqual([...serviceNames].sort())
    for (const { component, spec } of pods.filter(isService)) {
      const [container] = spec.containers
      const port = facts[component]?.port
      expect(container?.args).toEqual([component])
      expect(container?.ports).toEqual([{ name: 'http', containerPort: port, protocol: 'TCP' }])
      expect(container?.env).toContainEqual({ name: 'PORT', value: String(port) })
      for (const probe of [container?.startupProbe, container?.livenessProbe, container?.readinessProbe])
        expect(probe?.httpGet?.port).toBe('http')
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(stopMs / 1_000)
    }
  })

  it('runs programs that the image has', () => {
    for (const { command, args } of pods.flatMap(({ spec }) => spec.containers)) {
      // The operator's pod waits for commands: with Node, as there is no shell.
      if (command) expect(command[0]).toBe('node')
      else expect(Object.keys(programs)).toContain(args?.[0])
    }
  })

  it('selects the pods that are meant, and no others', () => {
    const own = (component: string) => pods.filter((pod) => pod.component === component)
    for (const { metadata, spec } of [...deployments, ...ofKind(manifests, 'PodDisruptionBudget')]) {
      const { selector } = spec as { selector: Selector }
      const component = metadata.labels['app.kubernetes.io/component'] ?? ''
      expect(own(component)).toHaveLength(1)
      expect(pods.filter(({ labels }) => selects(selector, labels))).toEqual(own(component))
    }
    expect(ofKind(manifests, 'PodDisruptionBudget')).toHaveLength(serviceNames.length)
  })

  it('has the account that each service runs under, and one for each', () => {
    const accounts = ofKind(manifests, 'ServiceAccount').map(({ metadata }) => metadata.name)
    const used = pods
      .filter((pod) => isService(pod) || pod.component === 'console')
      .map(({ spec }) => spec.serviceAccountName)
    expect(used.sort()).toEqual(accounts.sort())
    expect(new Set(used).size).toBe(used.length)
  })

  it('runs nothing as root, and nothing that can write, gain rights or ask the cluster', () => {
    for (const { spec } of pods) {
      expect(spec.securityContext).toMatchObject({
        ...{ runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      })
      expect(spec.automountServiceAccountToken).toBe(false)
      for (const container of spec.containers) {
        expect(container.securityContext).toEqual({
          ...{
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        })
        expect(container.resources).toMatchObject({ requests: { memory: /Mi$/ }, limits: { memory: /Mi$/ } })
      }
    }
  })

  it('gives each pod only variables that docs/settings.md has for it, each of its kind', () => {
    for (const pod of pods) {
      const environment = environmentOf(pod, manifests)
      const wrong = [...environment].filter(([name, source]) => !isOfItsKind(pod, name, source))
      expect({ [pod.component]: wrong }).toEqual({ [pod.component]: [] })
    }
  })

  it('takes only Secrets and ConfigMaps that the values name, and its own', () => {
    const values = [chartFolder + '/values.yaml', exampleFile(example)].map((file) =>
      JSON.stringify(parse(readFileSync(file, 'utf8'))),
    )
    for (const pod of pods)
      for (const source of environmentOf(pod, manifests).values())
        if (!('text' in source))
          expect(values.some((text) => text.includes(JSON.stringify(source).slice(1, -1)))).toBe(true)
  })

  it('gives each service a login of its own to the broker', () => {
    const logins = pods.flatMap((pod) => {
      const environment = environmentOf(pod, manifests)
      const found = ['NATS_NKEY_SEED_FILE', 'NATS_CREDS'].flatMap((name) => environment.get(name) ?? [])
      expect(found).toHaveLength(pod.component === 'migrations' ? 0 : 1)
      // The check after the installation is the operator's.
      // So is the job before it that of the pod which goes on watching.
      const others: Record<string, string> = { 'status-check': 'ops', 'provision-once': 'provision' }
      const isCheck = pod.component in others
      const user = others[pod.component] ?? pod.component
      for (const source of found) if ('secret' in source) expect(JSON.stringify(source)).toContain(user)
      return isCheck ? [] : found.map((source) => JSON.stringify(source))
    })
    expect(logins).toEqual([...new Set(logins)])
  })
})

/** Who brings the database up to date needs no broker, and who provides the broker's streams no database. */
const notCalledBy = (component: string): string =>
  component === 'migrations' ? 'nats' : component.startsWith('provision') ? 'database' : 'nobody'

describe('network policies', () => {
  const always = ['database:1433/TCP', 'dns:53/TCP', 'dns:53/UDP', 'nats:4222/TCP']

  it.each([true, false])(
    'let each pod reach what it needs and no more (upstreams all on: %s)',
    async (on) => {
      const manifests = await render({
        example: 'production',
        values: { ...telltaleValues, ...(on ? {} : switchedOff) },
      })
      for (const pod of podsOf(manifests)) {
        const { component } = pod
        const called = (facts[component]?.upstreams ?? []).filter((name) => isCalled(name, on))
        const expected = isService(pod)
          ? [...always, 'otlp:4318/TCP', ...called.map((name) => `upstreams.${name}:443/TCP`)]
          : always.filter((place) => !place.startsWith(notCalledBy(component)))
        const forPeople = component === 'console'
        const port = facts[component]?.port ?? (component === 'provision' ? 3108 : undefined)
        const callers = forPeople
          ? ['consoleVisitors:3108/TCP', 'kubelet:3108/TCP']
          : port
            ? [
                ...[`kubelet:${port}/TCP`, `monitoring:${port}/TCP`],
                ...(component === 'notifier' ? [`receiptSenders:${port}/TCP`] : []),
                ...(component === 'provisioner' ? [`subjectSenders:${port}/TCP`] : []),
              ]
            : []
        expect({ component, ...reachOf(pod, manifests) }).toEqual({
          component,
          calls: [
            ...expected,
            ...(forPeople ? ['issuer:443/TCP', 'upstreams.document-store:443/TCP'] : []),
          ].sort(),
          calledBy: callers,
        })
      }
    },
  )

  it('come before the migrations they are for', () => {
    const manifests = rendered.get('production') ?? []
    const hooks = ['NetworkPolicy', 'Job'].map((kind) => named(manifests, kind, 'hwpv-migrations').metadata)
    const [policy, job] = hooks.map(({ annotations }) => annotations ?? {})
    expect(policy?.['helm.sh/hook']).toBe('pre-install,pre-upgrade')
    expect(policy?.['helm.sh/hook']).toBe(job?.['helm.sh/hook'])
    expect(Number(policy?.['helm.sh/hook-weight'])).toBeLessThan(Number(job?.['helm.sh/hook-weight']))
  })
})

describe('the console', () => {
  const asked = (values: object) => render({ example: 'production', values: { console: values } })

  it('is reached by its Service alone until its ingress is switched on', async () => {
    const manifests = await asked({ ingress: { enabled: false } })
    expect(ofKind(manifests, 'Ingress').map(({ metadata }) => metadata.name)).toEqual(['hwpv-receipts'])
    expect(named(manifests, 'Service', 'hwpv-console').spec).toMatchObject({
      ports: [{ port: 3108, targetPort: 'http' }],
    })
    expect(named(rendered.get('production') ?? [], 'Ingress', 'hwpv-console').spec).toMatchObject({
      rules: [{ host: 'visits-operations.example.org' }],
      tls: [{ secretName: 'visits-operations-certificate' }],
    })
  })

  it('has logins of its own to the broker and the database', () => {
    const manifests = rendered.get('production') ?? []
    const [pod] = podsOf(manifests).filter(({ component }) => component === 'console')
    const environment = pod ? environmentOf(pod, manifests) : new Map<string, Source>()
    expect(environment.get('NATS_NKEY_SEED_FILE')).toMatchObject({ secret: 'hwpv-nats-console' })
    expect(environment.get('APVS_ASYNC_WORKER_USERNAME')).toMatchObject({ secret: 'hwpv-console-database' })
  })

  it('is nothing at all until it is switched on, and then asks for its issuer', async () => {
    const none = await asked({ enabled: false })
    expect(none.filter(({ metadata }) => metadata.name === 'hwpv-console')).toEqual([])
    const bare = {
      console: { enabled: true },
      networkPolicy: { issuer: telltaleValues.networkPolicy.issuer },
    }
    await expect(render({ example: 'minimal', values: bare })).rejects.toThrow(
      'console.settings.CONSOLE_ISSUER is missing',
    )
    await expect(asked({ ingress: { host: '' } })).rejects.toThrow('console.ingress.host is empty')
  })
})

describe('the receipts of Notify', () => {
  const asked = (ingress: object) =>
    render({ example: 'production', values: { ...telltaleValues, receipts: { ingress } } })

  it('come to the one path of the notifier that is for them, and to no other', () => {
    const manifests = rendered.get('production') ?? []
    expect(named(manifests, 'Ingress', 'hwpv-receipts').spec).toMatchObject({
      tls: [{ hosts: ['visits-receipts.example.org'], secretName: 'visits-receipts-certificate' }],
      rules: [
        {
          host: 'visits-receipts.example.org',
          http: {
            paths: [
              {
                path: '/notify/receipts',
                pathType: 'Exact',
                backend: { service: { name: 'hwpv-receipts', port: { name: 'http' } } },
              },
            ],
          },
        },
      ],
    })
    const { selector } = named(manifests, 'Service', 'hwpv-receipts').spec as { selector: object }
    expect(selector).toMatchObject({ 'app.kubernetes.io/component': 'notifier' })
  })

  it('have no way in until they are switched on, and then need a host', async () => {
    const manifests = await asked({ enabled: false })
    expect(manifests.filter(({ metadata }) => metadata.name === 'hwpv-receipts')).toEqual([])
    const [notifier] = podsOf(manifests).filter(({ component }) => component === 'notifier')
    if (!notifier) throw new Error('there is no notifier')
    const { calledBy } = reachOf(notifier, manifests)
    expect(calledBy?.map((caller) => caller.split(':')[0])).toEqual(['kubelet', 'monitoring'])
    await expect(asked({ host: '' })).rejects.toThrow('receipts.ingress.host is empty')
    const noToken = render({
      example: 'minimal',
      values: { receipts: { ingress: { enabled: true, host: 'example.org' } } },
    })
    await expect(noToken).rejects.toThrow('NOTIFY_RECEIPTS_TOKEN is not among the secrets')
  })
})

describe('what is said of subjects', () => {
  const asked = (values: object) =>
    render({ example: 'production', values: { ...telltaleValues, ...values } })

  it('comes to the provisioner by a Service inside the cluster, and by no ingress', () => {
    const manifests = rendered.get('production') ?? []
    expect(named(manifests, 'Service', 'hwpv-subjects').spec).toMatchObject({
      selector: { 'app.kubernetes.io/component': 'provisioner' },
      ports: [{ port: 3111, targetPort: 'http' }],
    })
    expect(ofKind(manifests, 'Ingress').map(({ metadata }) => metadata.name)).not.toContain('hwpv-subjects')
  })

  it('has no way in until that is switched on, and then needs a token', async () => {
    const manifests = await asked({ subjects: { enabled: false } })
    expect(manifests.filter(({ metadata }) => metadata.name === 'hwpv-subjects')).toEqual([])
    const [provisioner] = podsOf(manifests).filter(({ component }) => component === 'provisioner')
    if (!provisioner) throw new Error('there is no provisioner')
    const { calledBy } = reachOf(provisioner, manifests)
    expect(calledBy?.map((caller) => caller.split(':')[0])).toEqual(['kubelet', 'monitoring'])
    const noToken = render({ example: 'minimal', values: { subjects: { enabled: true } } })
    await expect(noToken).rejects.toThrow('PROVISIONER_API_TOKEN is not among the secrets')
  })
})

describe('KEDA', () => {
  const manifests = rendered.get('production') ?? []
  const scaled = ofKind(manifests, 'ScaledObject') as (Manifest & { spec: ScaledSpec })[]

  it('watches each consumer of the code once, in the Deployment that has it', () => {
    const watched = scaled.flatMap(({ spec }) =>
      spec.triggers.map(({ type, metadata: { account, stream, consumer } }) => {
        expect([type, account]).toEqual(['nats-jetstream', 'HWPV'])
        return `${spec.scaleTargetRef.name}: ${stream} ${consumer}`
      }),
    )
    // The scheduler and its spare stay two, however much there is to tell the chat.
    const scaling = serviceNames.filter((service) => service !== 'scheduler')
    const consumers = scaling.flatMap((service) =>
      consumersOf(service).map(({ name, subjects }) => `hwpv-${service}: ${streamOf(subjects[0])} ${name}`),
    )
    expect(watched.sort()).toEqual(consumers.sort())
  })

  it('knows the broker account of deploy/nats', () => {
    expect(readFileSync(join(projectRoot, 'deploy/nats/nats-server.conf'), 'utf8')).toMatch(/^ {2}HWPV \{$/m)
  })

  it('has the say over replicas, where it scales', () => {
    for (const { metadata, spec } of ofKind(manifests, 'Deployment')) {
      const target = scaled.find((each) => each.spec.scaleTargetRef.name === metadata.name)
      expect((spec as DeploymentSpec).replicas === undefined).toBe(target !== undefined)
      if (target) expect(target.spec.maxReplicaCount).toBeGreaterThanOrEqual(target.spec.minReplicaCount)
    }
    expect(scaled.map(({ metadata }) => metadata.name)).not.toContain('hwpv-scheduler')
    expect((named(manifests, 'Deployment', 'hwpv-scheduler').spec as DeploymentSpec).replicas).toBe(2)
  })
})

describe('a change of the values', () => {
  const changed = async (values: object): Promise<string[]> => {
    const before = rendered.get('production') ?? []
    const after = await render({ example: 'production', values })
    const differs = after.filter((manifest, i) => JSON.stringify(manifest) !== JSON.stringify(before[i]))
    return differs.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort()
  }

  it('restarts the pods that have the setting, and no others', async () => {
    const one = { services: { 'claim-completer': { settings: { LOG_LEVEL: 'info' } } } }
    expect(await changed(one)).toEqual(['ConfigMap/hwpv-claim-completer', 'Deployment/hwpv-claim-completer'])
    const secret = { secret: 'other', key: 'password' }
    const ownLogin = { services: { notifier: { secrets: { APVS_ASYNC_WORKER_PASSWORD: secret } } } }
    expect(await changed(ownLogin)).toEqual(['Deployment/hwpv-notifier'])
  })

  it('restarts all where a Secret is said to have changed', async () => {
    const all = [...serviceNames, 'console', 'ops', 'provision'].map((name) => `Deployment/hwpv-${name}`)
    expect(await changed({ secretsRevision: '2' })).toEqual(all.sort())
  })
})

describe('rules and dashboards', () => {
  const rules = `groups:
  - name: sample
    rules:
      - alert: Sample
        expr: hwpv_handler_paused > 0
        annotations: { summary: '{{ $labels.handler }} is paused' }
`
  const dashboard = '{ "title": "{{handler}}" }'
  const on = { monitoring: { rules: { enabled: true }, dashboards: { enabled: true } } }

  it('go to the cluster as they are in the chart', async () => {
    const copy = copyOfChart({
      'files/prometheus/sample.yaml': rules,
      'files/grafana/sample.json': dashboard,
    })
    try {
      const manifests = await render({ example: 'production', values: on, chart: copy.chart })
      expect(manifests.flatMap(complaintsAbout)).toEqual([])
      expect(named(manifests, 'PrometheusRule', 'hwpv-sample').spec).toEqual(parse(rules))
      expect(named(manifests, 'ConfigMap', 'hwpv-dashboards').data?.['sample.json']).toBe(dashboard)
    } finally {
      copy.remove()
    }
  })

  it('are those of the project, as soon as it has some', async () => {
    for (const [path, text] of await chartFiles())
      if (/^files\/(prometheus|grafana)\//.test(path))
        expect(readFileSync(join(projectRoot, 'deploy', path.replace('files/', '')), 'utf8')).toBe(text)
  })
})

interface ScaledSpec {
  readonly scaleTargetRef: { readonly name: string }
  readonly minReplicaCount: number
  readonly maxReplicaCount: number
  readonly triggers: readonly {
    readonly type: string
    readonly metadata: { readonly account: string; readonly stream: string; readonly consumer: string }
  }[]
}

const switchedOff = {
  services: {
    'claim-completer': { settings: { APVS_DISTANCE_CALCULATION_ENABLED: 'false' } },
    'dwp-checker': { settings: { APVS_DWP_BENEFIT_CHECKER_ENABLED: 'false' } },
    notifier: { settings: { APVS_ZENDESK_ENABLED: 'false' } },
  },
}

/** The example switches on what a setting can, and tells no chat. */
function isCalled(name: Callee, on: boolean): boolean {
  const onOff = upstreams[name]?.switch
  return onOff === undefined || (on && 'variable' in onOff)
}

function isService({ component }: PodTemplate): boolean {
  return serviceNames.some((name) => name === component)
}

/** The operator's pod and the console know the schedule, as the page says. */
const sectionsOf = (component: string): string[] =>
  ['ops', 'status-check', 'console'].includes(component) ? [component, 'scheduler'] : [component]

function isOfItsKind({ component }: PodTemplate, name: string, source: Source): boolean {
  if (name === 'PORT') return 'text' in source
  const variable = variables.find(
    (each) =>
      each.name === name &&
      // Where the documents are is told to all.
      (!each.services ||
        each.services.length > 1 ||
        each.services.some((s) => sectionsOf(component).includes(s))),
  )
  if (variable?.kind === 'settings') return 'text' in source
  if (variable?.kind === 'secrets') return 'secret' in source
  return variable?.kind === 'files' && !('text' in source)
}
