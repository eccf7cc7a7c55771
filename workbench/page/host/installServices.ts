import { EventBusSrv } from '@grafana/data';
import {
  FakeEchoSrv,
  setAppEvents,
  setBackendSrv,
  setDataSourceSrv,
  setEchoSrv,
  setPluginImportUtils,
  setRunRequest,
  setTemplateSrv,
} from '@grafana/runtime';

import { BackendService } from './BackendService';
import { DatasourceService } from './DatasourceService';
import { loadedPanelPlugin, loadPanelPlugin } from './plugins';
import { runRequest } from './runRequest';
import { registerStandardFields } from './standardFields';
import { TemplateService } from './TemplateService';

/** The services behind @grafana/runtime that the page itself uses, too. */
export interface Services {
  datasources: DatasourceService;
  template: TemplateService;
  events: EventBusSrv;
}

/** Puts the services in place that plugins find behind @grafana/runtime. Called once, before any plugin is loaded. */
export function installServices(): Services {
  const services = { datasources: new DatasourceService(), template: new TemplateService(), events: new EventBusSrv() };
  setBackendSrv(new BackendService());
  setTemplateSrv(services.template);
  setDataSourceSrv(services.datasources);
  setRunRequest(runRequest);
  setEchoSrv(new FakeEchoSrv());
  setAppEvents(services.events);
  setPluginImportUtils({ importPanelPlugin: loadPanelPlugin, getPanelPluginFromCache: loadedPanelPlugin });
  registerStandardFields();
  return services;
}
