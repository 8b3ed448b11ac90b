// What Grafana's own types say of a dashboard that has just these kinds of panels, each with all that it may have.
import type { Dashboard, Panel } from '@grafana/schema';
import type { PrometheusDataQuery } from '@grafana/schema/dist/esm/raw/composable/prometheus/dataquery/x/PrometheusDataQuery_types.gen';
import type { Options as StatOptions } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type {
  FieldConfig as TimeSeriesField, Options as TimeSeriesOptions,
} from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** A type as it is in JSON, where the values of an enum are plain. */
type Json<T> = T extends string ? `${T}`
  : T extends number ? number
    : T extends Array<infer E> ? Array<Json<E>>
      : T extends object ? { [K in keyof T]: Json<T[K]> }
        : T;

type PanelOf<Type extends string, Options, Field> = Omit<Json<Panel>, 'type' | 'options' | 'targets' | 'fieldConfig'> & {
  type: Type;
  options: Json<Options>;
  targets: Array<Json<PrometheusDataQuery>>;
  fieldConfig: {
    defaults: Omit<Json<NonNullable<Panel['fieldConfig']>['defaults']>, 'custom'> & { custom?: Json<Field> };
    overrides: Json<NonNullable<Panel['fieldConfig']>['overrides']>;
  };
};

export type Known = Omit<Json<Dashboard>, 'panels'> & {
  panels: Array<PanelOf<'stat', StatOptions, {}> | PanelOf<'timeseries', TimeSeriesOptions, TimeSeriesField>>;
};
