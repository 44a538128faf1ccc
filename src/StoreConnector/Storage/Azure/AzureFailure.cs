using System.Globalization;
using System.Text.Json;
using System.Xml;
using Azure;

namespace StoreConnector.Storage.Azure;

/// <summary>Says in one plain sentence what failed and what to do. It holds hosts and codes, never keys.</summary>
internal static class AzureFailure
{
    /// <summary>Whether there was no answer at all, rather than the caller's own change of mind.</summary>
    public static bool IsSilence(Exception e, CancellationToken cancel) => IsOfIdentity(e)
        || e is RequestFailedException or IOException or AggregateException
        || e is XmlException or JsonException or KeyNotFoundException // The answer is nobody's we know.
        || (e is OperationCanceledException && !cancel.IsCancellationRequested);

    /// <summary>Whether an answer says that the service cannot or will not, whatever was asked.</summary>
    public static bool IsRefusal(int status, string code) =>
        status is 401 or 403 or 429 or >= 500 || code is "TableBeingDeleted" or "QueueBeingDeleted";

    public static StorageUnavailableException Silence(string service, Uri host, Exception e) =>
        e is RequestFailedException { Status: > 0 } refused
            ? Refusal(service, host, refused.Status, refused.ErrorCode ?? "")
            : IsOfIdentity(e) ? new($"No identity opens Azure {service} storage at {host.Authority}: give the service "
                + "one (AZURE_CLIENT_ID says which), or sign in.", e)
            : new($"Azure {service} storage at {host.Authority} did not answer ({Inmost(e).GetType().Name}): check the "
                + "network, and the account's name in Storage:ConnectionString or Storage:AccountName.", e);

    public static StorageUnavailableException Refusal(string service, Uri host, int status, string code) =>
        new($"Azure {service} storage at {host.Authority} answered {status.ToString(CultureInfo.InvariantCulture)} "
            + $"{code}: " + status switch
            {
                401 or 403 => "check the account's key, or that the identity has the data contributor roles.",
                429 or 503 => "it is too busy; what was asked comes again.",
                409 => "it is still being removed; try again in a minute.",
                _ => "what was asked comes again.",
            });

    // By name: their package is the hosting's, not the storage's.
    private static bool IsOfIdentity(Exception e) =>
        e.GetType().Name is "AuthenticationFailedException" or "CredentialUnavailableException";

    private static Exception Inmost(Exception e)
    {
        while ((e is AggregateException many ? many.InnerExceptions.LastOrDefault() : e.InnerException) is { } inner)
        {
            e = inner;
        }

        return e;
    }
}
