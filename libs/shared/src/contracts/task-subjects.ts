import { mapped } from './mapped.js'
import { messages } from './messages/index.js'
import type { TaskDefinition } from './messages/message.js'
import { messageOf, type Message, type Subject } from './subjects.js'

type TaskMessages = Extract<Message, { readonly task: TaskDefinition }>

/** The names of the tasks that have work behind them. */
export type TaskName = TaskMessages['task']['name']

/** The names of the tasks that become one of these messages. */
export type TaskOf<Some extends Message> = Extract<Some, TaskMessages>['task']['name']

const ofTasks = Object.values(messages).filter((message): message is TaskMessages => 'task' in message)

/** The subject each task becomes, by its name in the Task tables. */
export const taskSubjects = mapped(ofTasks, ({ task, subject }) => [task.name, subject]) as {
  readonly [Each in TaskMessages as Each['task']['name']]: Each['subject']
}

export const isTaskName = (name: string): name is TaskName => Object.hasOwn(taskSubjects, name)

/** A task's name as it is meant, whatever the case and the spaces around what a row has. */
export const taskNameOf = (text: string | null): string => (text ?? '').trim().toUpperCase()

const whoseDataGoes = ofTasks.filter(({ task }) => 'dataGoes' in task)

/** The subjects of the tasks whose rows lose their data. */
export const subjectsWhoseDataGoes: readonly Subject[] = whoseDataGoes.map(({ subject }) => subject)

/** Whether rows of a task lose their data some time after they have ended. */
export const losesData = (task: string | null): boolean =>
  whoseDataGoes.some(({ task: { name } }) => name === taskNameOf(task))

/** The task that becomes messages of the subject; no two do. */
export function taskOfSubject(subject: Subject): TaskName | undefined {
  const message = messageOf[subject]
  return 'task' in message ? message.task.name : undefined
}
