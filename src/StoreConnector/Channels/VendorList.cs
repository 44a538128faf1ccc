using StoreConnector.Channels.Email;
using StoreConnector.Channels.Sms;
using StoreConnector.Core.Values;

namespace StoreConnector.Channels;

/// <summary>Every vendor that a merchant may choose.</summary>
internal sealed class VendorList(IEnumerable<IVendor> vendors, IEnumerable<ICallbackReader> callbacks)
{
    private readonly IReadOnlyList<IVendor> vendors = [.. vendors];
    private readonly IReadOnlyList<ICallbackReader> callbacks = [.. callbacks];

    /// <summary>The names of those that carry a channel.</summary>
    public IEnumerable<string> NamesOf(Channel channel) =>
        vendors.Where(v => v.Channel == channel).Select(v => v.Name);

    /// <summary>The vendor of a channel by its name, whatever its case; null when there is none.</summary>
    public IVendor? Find(Channel channel, string? name) => vendors.FirstOrDefault(v =>
        v.Channel == channel && v.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Who reads what a vendor tells; null when it tells nothing.</summary>
    public ICallbackReader? Reader(string vendor) => callbacks.FirstOrDefault(c =>
        c.Vendor.Equals(vendor, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Names the vendors: one line each.</summary>
internal static class ChannelSetup
{
    public static IServiceCollection AddChannels(this IServiceCollection services, VendorSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton<VendorHttp>()
        .AddSingleton<IVendor, Twilio>()
        .AddSingleton<IVendor, AcsSms>()
        .AddSingleton<IVendor, SendGrid>()
        .AddSingleton<IVendor, AcsEmail>()
        .AddSingleton<IVendor, Smtp>()
        .AddSingleton<ICallbackReader, TwilioCallbacks>()
        .AddSingleton<ICallbackReader, SendGridCallbacks>()
        .AddSingleton<VendorList>();
}
