// Copy to main.bicepparam, which git ignores. Secrets stay in the environment all the same.
using './main.bicep'

param name = 'storeconnector'
param publicUrl = 'https://connect.example.com'
param prefix = 'sc'
param alertEmail = 'operators@example.com'
param operatorKey = readEnvironmentVariable('STORECONNECTOR_OPERATOR_KEY')
param keySecret = readEnvironmentVariable('STORECONNECTOR_KEY_SECRET')
param previousKeySecret = readEnvironmentVariable('STORECONNECTOR_PREVIOUS_KEY_SECRET', '')
param shopifyClientSecret = readEnvironmentVariable('STORECONNECTOR_SHOPIFY_SECRET', '')
