using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;

namespace StoreConnector.Storage.Azure;

/// <summary>
/// Signs a request to Table storage with the account's key, anew for each attempt because the date is signed. Source:
/// https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key (Shared Key Lite, Table service).
/// </summary>
internal sealed class SharedKeyLitePolicy(string account, string key) : HttpPipelineSynchronousPolicy
{
    private readonly byte[] key = Convert.FromBase64String(key);

    /// <inheritdoc/>
    public override void OnSendingRequest(HttpMessage message)
    {
        // The machine's clock, not the service's: Azure refuses a date that is a quarter of an hour off.
        var date = TimeProvider.System.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        message.Request.Headers.SetValue("x-ms-date", date);
        var signed = Encoding.UTF8.GetBytes($"{date}\n/{account}{message.Request.Uri.ToUri().AbsolutePath}");
        var signature = Convert.ToBase64String(HMACSHA256.HashData(key, signed));
        message.Request.Headers.SetValue("Authorization", $"SharedKeyLite {account}:{signature}");
    }
}
