// StoreConnector as an Azure Functions custom handler on Flex Consumption, with everything it needs. How to use it: docs/azure.md
// It compiles; it has never been deployed by us. What we could not try is marked "unverified".
// No key of the storage account is used anywhere: one identity opens storage, secrets, telemetry and the package.

targetScope = 'resourceGroup'

@description('Begins the names of all resources.')
@minLength(3)
@maxLength(20)
param name string = 'storeconnector'

@description('Where; must offer Flex Consumption: az functionapp list-flexconsumption-locations')
param location string = resourceGroup().location

@description('How the outside reaches the service, scheme and host alone. Empty: the app\'s own host name. Links in messages begin with it.')
param publicUrl string = ''

@description('Begins the names of tables and queues. The package must be made with the same: infra/scripts/publish --prefix')
@minLength(1)
@maxLength(20)
param prefix string = 'sc'

@description('Opens the whole API: 32 characters or more, by chance. For example: openssl rand -hex 32')
@secure()
@minLength(32)
param operatorKey string

@description('What the keys of secrets at rest are encrypted under: whoever reads the tables alone opens nothing. Keep it: without it no token and no account can be read again. For example: openssl rand -hex 32')
@secure()
@minLength(32)
param keySecret string

@description('The key secret of before, while it is changed; empty otherwise.')
@secure()
param previousKeySecret string = ''

@description('What Shopify signs with; empty when no Shopify store is to be connected.')
@secure()
param shopifyClientSecret string = ''

@description('Who is told by mail when something is wrong; empty: nobody, the alerts are seen in the portal.')
param alertEmail string = ''

@description('Where the service sends its own traces and metrics (OTLP); empty: nowhere.')
param otlpEndpoint string = ''

@description('How far it may grow. Queues wait when it is reached; nothing is lost.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Memory of an instance.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Instances that are always warm for HTTP. Shopify waits 5 s for its answer, so one at least; 0 costs nothing and risks late answers.')
@minValue(0)
@maxValue(20)
param alwaysReadyHttp int = 1

@description('Zone-redundant by default: proofs of consent are kept here. A region without zones wants Standard_LRS.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'

var unique = uniqueString(resourceGroup().id, name)
var appName = '${name}-${unique}'
var outside = empty(publicUrl) ? 'https://${appName}.azurewebsites.net' : publicUrl

// ---- Who the service is. User-assigned, so that its roles exist before its first start: with a system-assigned one the
// first start finds closed doors, and a Key Vault reference that failed is tried again only a day later.

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-identity'
  location: location
}

// ---- Storage: the service's tables and queues, the host's leases and timers, the package.

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'st${unique}'
  location: location
  kind: 'StorageV2'
  sku: {
    name: storageSku
  }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource packages 'containers' = {
      name: 'packages'
    }
  }
}

// The least that works, each on this account alone.
var storageRoles = [
  {
    // The host: its leases, the timers' state, its keys, and the package. Microsoft names Owner for AzureWebJobsStorage;
    // Storage Blob Data Contributor (ba92f5b4-2d11-453d-a403-e96b0029c9fe) may do: unverified. The service uses no blobs.
    name: 'Storage Blob Data Owner'
    id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  }
  {
    // The host receives, deletes and moves to -poison; the service makes queues and sends. Storage Queue Data Message
    // Processor would do for the triggers alone, but may neither make a queue nor send to one.
    name: 'Storage Queue Data Contributor'
    id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  }
  {
    // The service keeps everything it knows in tables, which it makes itself.
    name: 'Storage Table Data Contributor'
    id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  }
]

resource storageRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in storageRoles: {
    name: guid(storage.id, identity.id, role.id)
    scope: storage
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.id)
    }
  }
]

// ---- Secrets.

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-${unique}'
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true // Cannot be taken back: a vault that was deleted keeps its name for 90 days.
  }

  resource operator 'secrets' = {
    name: 'operator-key'
    properties: {
      value: operatorKey
    }
  }

  resource key 'secrets' = {
    name: 'key-secret'
    properties: {
      value: keySecret
    }
  }

  resource previousKey 'secrets' = if (!empty(previousKeySecret)) {
    name: 'previous-key-secret'
    properties: {
      value: previousKeySecret
    }
  }

  resource shopify 'secrets' = if (!empty(shopifyClientSecret)) {
    name: 'shopify-client-secret'
    properties: {
      value: shopifyClientSecret
    }
  }
}

var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User: reads values, lists and writes none.

resource vaultRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
  }
}

// ---- Telemetry: the host's own (each call of a function, and every line the service logs) goes to Application Insights.

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 30
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: '${name}-insights'
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher: may send telemetry.

resource insightsRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identity.id, monitoringMetricsPublisher)
  scope: insights
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringMetricsPublisher)
  }
}

// ---- The app.

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: '${name}-plan'
  location: location
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

var settings = {
  // The host's. FUNCTIONS_WORKER_RUNTIME is missing on purpose: Flex Consumption takes it from functionAppConfig.runtime.
  AzureWebJobsStorage__accountName: storage.name
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString // An address; without the identity it opens nothing.
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  // The service's.
  AZURE_CLIENT_ID: identity.properties.clientId // Which identity, wherever AzureWebJobsStorage__clientId does not say so.
  Storage__Engine: 'Azure'
  Storage__AccountName: storage.name
  Storage__Prefix: prefix
  // No Storage__Path: with the engine in the account and the operator's key set, nothing is kept in a folder.
  Storage__KeySecret__0: '@Microsoft.KeyVault(SecretUri=${vault::key.properties.secretUri})'
  PublicUrl: outside
  Operator__Key: '@Microsoft.KeyVault(SecretUri=${vault::operator.properties.secretUri})'
}
var shopifySettings = empty(shopifyClientSecret)
  ? {}
  : {
      Shopify__ClientSecret__0: '@Microsoft.KeyVault(VaultName=${vault.name};SecretName=shopify-client-secret)'
    }
var previousKeySettings = empty(previousKeySecret)
  ? {}
  : {
      Storage__KeySecret__1: '@Microsoft.KeyVault(VaultName=${vault.name};SecretName=previous-key-secret)'
    }
var otlpSettings = empty(otlpEndpoint) ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint }

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: appName
  location: location
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${storage::blobs::packages.name}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'custom'
        version: '1.0'
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
        alwaysReady: alwaysReadyHttp == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyHttp }]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(settings, shopifySettings, previousKeySettings, otlpSettings)
    dependsOn: [vault::shopify, vault::previousKey]
  }

  // Packages come through Entra alone.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  dependsOn: [storageRole, vaultRole, insightsRole]
}

// ---- Alerts. They look at what the host writes by itself, so that they work without a collector; the service's own metrics
// (storeconnector.*) count too as soon as somebody brings them from otlpEndpoint into this workspace's AppMetrics.
// Unverified: that the tables hold what is asked for under a custom handler; the queries were never run.

resource tell 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: '${name}-operators'
  location: 'global'
  properties: {
    enabled: true
    groupShortName: take(name, 12)
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: alertEmail
        useCommonAlertSchema: true
      }
    ]
  }
}

var alerts = [
  {
    name: 'poison'
    title: 'Messages were given up'
    // The host's own line (Storage Queues extension): "Message has reached MaxDequeueCount of 5. Moving message to queue '…-poison'."
    // See /api/operator/poison; after a fix, run them again.
    query: '''
      union isfuzzy=true
        (AppTraces | where Message has "Moving message to queue" and Message has "-poison" | project TimeGenerated),
        (AppMetrics | where Name == "storeconnector.poison" and Max > 0 | project TimeGenerated)
      | summarize value = count()
    '''
    operator: 'GreaterThan'
    threshold: 0
    severity: 1
  }
  {
    name: 'late'
    title: 'A due wake-up is over five minutes old'
    // From the metric alone; the next alert does without it.
    query: '''
      AppMetrics
      | where Name == "storeconnector.due.oldest"
      | summarize value = max(Max)
    '''
    operator: 'GreaterThan'
    threshold: 300
    severity: 2
  }
  {
    name: 'sweep'
    title: 'The sweep has not come through for fifteen minutes'
    // It runs every minute and is what finds due wake-ups: no sweep, no messages.
    query: '''
      AppRequests
      | where Name == "Sweep" and Success == true
      | summarize value = count()
    '''
    operator: 'LessThan'
    threshold: 1
    severity: 1
  }
  {
    name: 'shopify-version'
    title: 'Shopify speaks another API version than ours'
    // Ours is gone and Shopify fell forward: what is read may have changed. The log line is the service's own (ShopifyDoor, AdminApi).
    query: '''
      union isfuzzy=true
        (AppTraces | where Message has "Shopify" and Message has "API version" and Message has "we read" | project TimeGenerated),
        (AppMetrics | where Name == "storeconnector.shopify.other_version" and Sum > 0 | project TimeGenerated)
      | summarize value = count()
    '''
    operator: 'GreaterThan'
    threshold: 0
    severity: 2
  }
  {
    name: 'failures'
    title: 'One call in twenty fails'
    // To the host a proxied answer is a success whatever its status: so the status counts as well. Under 20 calls it is silent.
    query: '''
      AppRequests
      | summarize calls = count(), failed = countif(Success == false or toint(ResultCode) >= 500)
      | where calls >= 20
      | extend value = 100.0 * failed / calls
      | project value
    '''
    operator: 'GreaterThan'
    threshold: 5
    severity: 2
  }
]

resource alert 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = [
  for rule in alerts: {
    name: '${name}-${rule.name}'
    location: location
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      severity: rule.severity
      enabled: true
      scopes: [workspace.id]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      skipQueryValidation: true // A new workspace has not seen these tables yet.
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: 'value'
            timeAggregation: 'Maximum'
            operator: rule.operator
            threshold: rule.threshold
          }
        ]
      }
      actions: {
        actionGroups: empty(alertEmail) ? [] : [tell.id]
      }
    }
  }
]

output hostName string = app.properties.defaultHostName
output appName string = app.name
output publicUrl string = outside
output next string = 'infra/scripts/publish --prefix ${prefix} && az functionapp deployment source config-zip -g ${resourceGroup().name} -n ${app.name} --src artifacts/functions.zip; then GET https://${app.properties.defaultHostName}/health/ready, and point the shops to ${outside}'
