using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace StoreConnector.Hosting;

/// <summary>How the outside reaches us when nobody said so: the address we listen on.</summary>
internal static class PublicAddress
{
    public static Uri Of(ServiceSettings settings, IServiceProvider all)
    {
        if (settings.PublicUrl is { } set) { return set; }

        var listening = all.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        return Uri.TryCreate(listening?.Replace("[::]", "127.0.0.1", StringComparison.Ordinal)
            .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)
                .Replace("+", "127.0.0.1", StringComparison.Ordinal)
            .Replace("*", "127.0.0.1", StringComparison.Ordinal), UriKind.Absolute, out var address)
            ? address : new(ServiceSettings.DefaultUrl);
    }
}
